using System.Buffers;
using System.Text.Json;
using PushApp.SocketIO;
using PushApp.SocketIO.Engine.Packets;
using PushApp.SocketIO.Protocol;

namespace PushApp.Bench.Fuzz;

/// <summary>
/// The parsers of PushApp.SocketIO. For each: whatever bytes come end in packets or in a clean no; what was taken for packets is written and read again as the same; nothing is thrown.
/// </summary>
internal static class SocketIOTargets
{
    private const int MostPackets = 1000;

    private delegate bool Parse(ReadOnlyMemory<byte> body, List<EnginePacket> packets, int most);

    private delegate void Write(IBufferWriter<byte> output, ReadOnlySpan<EnginePacket> packets);

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("Socket.IO packets", ReadPackets),
        new("Engine.IO 4 payloads", input => OnEach(input, message => ReadPayload(message.Bytes, PayloadCodec.TryParse, PayloadCodec.Write))),
        new("Engine.IO 3 payloads of text", input => OnEach(input, message => ReadPayload(message.Bytes, PayloadCodecV3.TryParseText, PayloadCodecV3.WriteText))),
        new("Engine.IO 3 payloads of bytes", input => OnEach(input, message => ReadPayload(message.Bytes, PayloadCodecV3.TryParseBinary, PayloadCodecV3.WriteBinary))),
        new("Engine.IO frames", input => OnEach(input, ReadFrame)),
        new("Arguments of channels' events", input => OnEach(input, message => ReadArguments(message.Bytes))),
    ];

    /// <summary>Gives it every message by itself, whatever became of the others.</summary>
    private static bool OnEach(FuzzCase input, Func<FuzzMessage, bool> read)
    {
        var any = false;
        foreach (var message in input.Messages)
        {
            any |= read(message);
        }

        return any;
    }

    private static bool ReadPackets(FuzzCase input)
    {
        var reader = new PacketReader(new PacketLimits());
        var any = false;
        foreach (var message in input.Messages)
        {
            var read = message.IsBinary ? reader.TryReadBinary(message.Bytes, out var packet, out var error) : reader.TryReadText(message.Bytes, out packet, out error);
            Check(read == (error is null), "it gave a packet and an error, or neither");
            if (!read)
            {
                // The connection is closed.
                return any;
            }

            if (packet is not null)
            {
                any = true;
                CheckPacket(packet);
            }
        }

        return any;
    }

    private static void CheckPacket(Packet packet)
    {
        Check(packet.Namespace.StartsWith('/'), "its namespace begins with no slash");
        if (packet.Arguments is not { } arguments)
        {
            return;
        }

        foreach (var item in arguments.Items)
        {
            using var document = JsonDocument.Parse(item, new JsonDocumentOptions { MaxDepth = PacketReader.DeepestJson });
        }

        var written = packet.Type == PacketType.Event
            ? PacketWriter.Event(packet.Namespace, packet.EventName!, arguments, packet.AckId)
            : PacketWriter.Ack(packet.Namespace, packet.AckId!.Value, arguments);
        var reader = new PacketReader(new PacketLimits());
        Packet? again = null;
        foreach (var message in written)
        {
            Check(message.IsBinary ? reader.TryReadBinary(message.Data, out again, out var error) : reader.TryReadText(message.Data, out again, out error), $"what was written of it is no packet: {error}");
        }

        Check(
            again is not null && (again.Type, again.Namespace, again.AckId, again.EventName) == (packet.Type, packet.Namespace, packet.AckId, packet.EventName) && AreSame(arguments, again.Arguments!),
            "what was written of it is another packet");
    }

    private static bool ReadPayload(byte[] bytes, Parse parse, Write write)
    {
        var packets = new List<EnginePacket>();
        if (!parse(bytes, packets, MostPackets))
        {
            Check(packets.Count <= MostPackets + 1, "it made more packets than it may");
            return false;
        }

        Check(packets.Count is > 0 and <= MostPackets, "it took it for none, or for too many");
        var output = new ArrayBufferWriter<byte>();
        write(output, packets.ToArray());
        var again = new List<EnginePacket>();
        Check(parse(output.WrittenMemory, again, MostPackets) && again.Count == packets.Count, "what was written of it is no such payload");
        for (var i = 0; i < packets.Count; i++)
        {
            Check(
                packets[i].Type == again[i].Type && packets[i].IsBinary == again[i].IsBinary && packets[i].Data.Span.SequenceEqual(again[i].Data.Span), $"packet {i} of it is another when it was written");
        }

        return true;
    }

    private static bool ReadFrame(FuzzMessage message)
    {
        var any = false;
        foreach (var protocol in (int[])[3, 4])
        {
            if (message.IsBinary ? !PacketCodec.TryParseBinary(message.Bytes, protocol, out var packet) : !PacketCodec.TryParseText(message.Bytes, out packet))
            {
                continue;
            }

            any = true;
            var output = new ArrayBufferWriter<byte>();
            PacketCodec.Write(output, packet, protocol);
            Check(output.WrittenSpan.SequenceEqual(message.Bytes), "what was written of it is another frame");
        }

        return any;
    }

    private static bool ReadArguments(byte[] bytes)
    {
        _ = NamespaceEntry.Parse("/", bytes);
        var arguments = ArgumentsText.Parse(bytes);
        foreach (var item in arguments.Items)
        {
            using var document = JsonDocument.Parse(item, new JsonDocumentOptions { MaxDepth = PacketReader.DeepestJson });
        }

        return arguments.Count > 1;
    }

    private static bool AreSame(SocketArguments one, SocketArguments other) =>
        one.Items.Select(item => Convert.ToBase64String(item.Span)).SequenceEqual(other.Items.Select(item => Convert.ToBase64String(item.Span)))
        && one.Attachments.Select(bytes => Convert.ToBase64String(bytes.Span)).SequenceEqual(other.Attachments.Select(bytes => Convert.ToBase64String(bytes.Span)));

    private static void Check(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new FuzzViolationException(otherwise);
        }
    }
}
