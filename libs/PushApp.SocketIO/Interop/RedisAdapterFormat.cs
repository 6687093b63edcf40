using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using PushApp.Push.Interop;
using StackExchange.Redis;

namespace PushApp.SocketIO;

/// <summary>
/// What <c>@socket.io/redis-emitter</c> and <c>@socket.io/redis-adapter</c> publish: MessagePack <c>[uid, {type, data, nsp}, {rooms, except, flags}]</c> on <c>{key}#{nsp}#</c>, and for one room on
/// <c>{key}#{nsp}#{room}#</c>. Outbound only: it calls nothing on the server.
/// </summary>
internal sealed class RedisAdapterFormat(SocketServer server) : ILegacyFormat
{
    private const int EventType = 2;
    private const int BinaryEventType = 5;

    public IReadOnlyList<RedisChannel> Subscriptions => server.Options.Interop.RedisAdapter ? [RedisChannel.Pattern($"{Escape(server.Options.Interop.RedisAdapterKey)}#*")] : [];

    public bool TryRead(string redisChannel, ReadOnlySpan<byte> payload, [NotNullWhen(true)] out LegacyMessage? message, [NotNullWhen(false)] out string? reason)
    {
        message = null;
        try
        {
            reason = Read(payload.ToArray(), out message);
        }
        catch (Exception error) when (error is InvalidDataException or JsonException or InvalidOperationException or ArgumentException or SocketException)
        {
            reason = $"it is not what the emitter sends ({error.Message})";
        }

        return reason is null;
    }

    private string? Read(byte[] payload, out LegacyMessage? message)
    {
        message = null;
        var reader = new MessagePackReader(payload);
        if (reader.ReadArrayHeader() != 3)
        {
            return "it is no array of three";
        }

        using var uid = ReadJson(reader, []);
        var attachments = new List<ReadOnlyMemory<byte>>();
        using var packet = ReadJson(reader, attachments);
        using var options = ReadJson(reader, []);
        if (packet.RootElement.ValueKind != JsonValueKind.Object
            || !packet.RootElement.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.Number
            || !type.TryGetInt32(out var number) || number is not (EventType or BinaryEventType)
            || !packet.RootElement.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Array || data.GetArrayLength() == 0
            || data[0].ValueKind != JsonValueKind.String)
        {
            return "it is no event";
        }

        var eventName = data[0].GetString()!;
        var name = packet.RootElement.TryGetProperty("nsp", out var nsp) && nsp.ValueKind == JsonValueKind.String ? nsp.GetString()! : "/";
        var arguments = new SocketArguments(
            [.. data.EnumerateArray().Skip(1).Select(item => (ReadOnlyMemory<byte>)JsonSerializer.SerializeToUtf8Bytes(item, SocketJson.Default))], [.. attachments]);
        EmitRules.Check(eventName, arguments);
        var target = new EmitTarget(SocketServer.NormalizeName(name)) { Rooms = Names(options.RootElement, "rooms"), Except = Names(options.RootElement, "except") };
        var (channel, text) = EmitRoute.Of(server, target, arguments);
        message = new LegacyMessage(channel, eventName, text.Text);
        return null;
    }

    private static ImmutableArray<string> Names(JsonElement options, string property) =>
        options.ValueKind == JsonValueKind.Object && options.TryGetProperty(property, out var names) && names.ValueKind == JsonValueKind.Array
            ? [.. names.EnumerateArray().Where(name => name.ValueKind == JsonValueKind.String).Select(name => name.GetString()!)]
            : [];

    private static JsonDocument ReadJson(MessagePackReader reader, List<ReadOnlyMemory<byte>> attachments)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = SocketJson.Default.Encoder }))
        {
            reader.Read(writer, attachments);
        }

        return JsonDocument.Parse(buffer.WrittenMemory);
    }

    /// <summary>https://redis.io/docs/latest/commands/psubscribe/: these stand for others in a pattern.</summary>
    public static string Escape(string text) => string.Concat(text.Select(character => character is '*' or '?' or '[' or ']' or '\\' ? $"\\{character}" : character.ToString()));
}
