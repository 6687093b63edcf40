using System.Text;
using System.Text.Json;
using CsCheck;
using PushApp.SocketIO;
using PushApp.SocketIO.Protocol;

namespace PushApp.Tests.Unit.SocketIO;

/// <summary>Over made-up packets and bytes; a failure prints the seed that repeats it.</summary>
public sealed class PacketPropertyTests
{
    private static readonly Gen<string> Text = Gen.String[Gen.Char.Where(character => !char.IsSurrogate(character)), 0, 20];

    private static readonly Gen<string> Json = Gen.Recursive<string>((depth, inner) => depth > 3
        ? Gen.OneOf(Text.Select(text => JsonSerializer.Serialize(text, SocketJson.Default)), Gen.Int.Select(number => $"{number}"), OneOf("true", "false", "null", "1.50", "-1e3"))
        : Gen.OneOf(
            Text.Select(text => JsonSerializer.Serialize(text, SocketJson.Default)),
            OneOf("true", "null", "0", "1.50"),
            inner.Array[0, 3].Select(items => $"[{string.Join(',', items)}]"),
            Gen.Select(Text, inner, (key, value) => $"{{{JsonSerializer.Serialize(key)}: {value}}}")));

    private static readonly Gen<string> Name = Gen.OneOf(Gen.Const("/"), Gen.String[Gen.Char["abcäö-/?="], 0, 10].Select(text => "/" + text));

    private static readonly Gen<byte[][]> Attachments = Gen.Byte.Array[0, 30].Array[0, 5];

    private static readonly Gen<SocketArguments> Arguments = Gen.Select(Json.Array[0, 4], Attachments, (items, attachments) => new SocketArguments(
        [.. items.Select(item => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(item)), .. attachments.Select((_, i) => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes($$"""{"_placeholder":true,"num":{{i}}}"""))],
        [.. attachments.Select(bytes => (ReadOnlyMemory<byte>)bytes)]));

    [Fact]
    public void Any_event_round_trips() => Gen.Select(Name, Text.Where(name => !ReservedEvents.All.Contains(name)), Arguments, Gen.Long[0, 999_999_999_999_999].Nullable()).Sample(
        (name, eventName, arguments, ackId) =>
        {
            var packet = Read([.. PacketWriter.Event(name, eventName, arguments, ackId)]);
            Assert.Equal((PacketType.Event, name, eventName, ackId), (packet.Type, packet.Namespace, packet.EventName!, packet.AckId));
            AssertSame(arguments, packet.Arguments!);
        });

    [Fact]
    public void Any_acknowledgement_round_trips() => Gen.Select(Name, Arguments, Gen.Long[0, 999_999_999_999_999]).Sample(
        (name, arguments, ackId) =>
        {
            var packet = Read([.. PacketWriter.Ack(name, ackId, arguments)]);
            Assert.Equal((PacketType.Ack, name, (long?)ackId), (packet.Type, packet.Namespace, packet.AckId));
            AssertSame(arguments, packet.Arguments!);
        });

    [Fact]
    public void Any_arguments_round_trip_as_a_channels_data() => Arguments.Sample(arguments =>
    {
        var read = ArgumentsText.Parse(Encoding.UTF8.GetBytes(ArgumentsText.Format(arguments).Text));
        AssertSame(arguments, read);
    });

    [Fact]
    public void Any_bytes_end_in_a_packet_or_an_error() => Gen.Byte.Array[0, 60].Select(Gen.Bool).Array[1, 5].Sample(ReadAll, iter: 20_000);

    [Fact]
    public void Any_text_like_a_packet_ends_in_a_packet_or_an_error() =>
        Gen.String[Gen.Char["0123456-/,[]{}\":_placehodrnumtfs"], 0, 40].Select(text => Encoding.UTF8.GetBytes(text)).Select(OneOf(true, false, false, false)).Array[1, 5].Sample(ReadAll, iter: 50_000);

    [Fact]
    public void Any_change_to_a_packet_ends_in_a_packet_or_an_error() => Gen.Select(Name, Text, Arguments, Gen.Int[0, 1000], Gen.Byte).Sample((name, eventName, arguments, at, value) =>
    {
        var messages = PacketWriter.Event(name, eventName, arguments, 1);
        var bytes = messages[0].Data.ToArray();
        bytes[at % bytes.Length] = value;
        ReadAll([(bytes, false), .. messages[1..].Select(message => (message.Data.ToArray(), true))]);
    });

    [Fact]
    public void Any_text_is_some_arguments() => Gen.OneOf(Text, Json, Gen.String[Gen.Char["[]{}\",\n =ab1"], 0, 30]).Sample(text =>
    {
        var arguments = ArgumentsText.Parse(Encoding.UTF8.GetBytes(text));
        foreach (var item in arguments.Items)
        {
            using var document = JsonDocument.Parse(item);
        }
    });

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private static void ReadAll((byte[] Bytes, bool IsBinary)[] messages)
    {
        var reader = new PacketReader(new PacketLimits(MaxAttachments: 3));
        foreach (var (bytes, isBinary) in messages)
        {
            var read = isBinary ? reader.TryReadBinary(bytes, out var packet, out var error) : reader.TryReadText(bytes, out packet, out error);
            Assert.Equal(read, error is null);
            if (!read)
            {
                Assert.Null(packet);
                return;
            }

            // What was taken for arguments is JSON, each by itself.
            foreach (var item in packet?.Arguments?.Items ?? [])
            {
                using var document = JsonDocument.Parse(item);
            }
        }
    }

    private static Packet Read(PushApp.SocketIO.Engine.EngineMessage[] messages)
    {
        var reader = new PacketReader(new PacketLimits());
        Packet? packet = null;
        foreach (var message in messages)
        {
            Assert.Null(packet);
            Assert.True(message.IsBinary ? reader.TryReadBinary(message.Data, out packet, out var error) : reader.TryReadText(message.Data, out packet, out error), error);
        }

        return packet!;
    }

    private static void AssertSame(SocketArguments expected, SocketArguments actual)
    {
        Assert.Equal(expected.Items.Select(item => Encoding.UTF8.GetString(item.Span)), actual.Items.Select(item => Encoding.UTF8.GetString(item.Span)));
        Assert.Equal(expected.Attachments.Select(bytes => bytes.ToArray()), actual.Attachments.Select(bytes => bytes.ToArray()));
    }
}
