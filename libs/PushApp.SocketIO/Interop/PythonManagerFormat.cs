using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using PushApp.Push.Interop;
using StackExchange.Redis;

namespace PushApp.SocketIO;

/// <summary>
/// What python-socketio's write-only manager publishes on <c>socketio</c> (<see cref="PythonMessage"/>): <c>{"method":"emit","event","data","binary","namespace","room","skip_sid",…}</c>. Its data is the list of
/// arguments; of releases before there was <c>binary</c> it is one argument, whatever it is. Null alone is none.
/// </summary>
internal sealed class PythonManagerFormat(SocketServer server) : ILegacyFormat
{
    public IReadOnlyList<RedisChannel> Subscriptions => server.Options.Interop.PythonManager ? [RedisChannel.Literal(server.Options.Interop.PythonChannel)] : [];

    public bool TryRead(string redisChannel, ReadOnlySpan<byte> payload, [NotNullWhen(true)] out LegacyMessage? message, [NotNullWhen(false)] out string? reason)
    {
        message = null;
        if (!PythonMessage.TryParse(payload, out var document, out reason))
        {
            return false;
        }

        using (document)
        {
            try
            {
                reason = Read(document.RootElement, out message);
            }
            catch (Exception error) when (error is InvalidOperationException or ArgumentException or KeyNotFoundException or FormatException or SocketException)
            {
                reason = $"it is not what python-socketio sends ({error.Message})";
            }
        }

        return reason is null;
    }

    private string? Read(JsonElement root, out LegacyMessage? message)
    {
        message = null;
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("method", out var method) || method.GetString() != "emit")
        {
            return "its method is not 'emit'";
        }

        var eventName = root.GetProperty("event").GetString() ?? "";
        var arguments = Arguments(root);
        EmitRules.Check(eventName, arguments);
        var name = root.TryGetProperty("namespace", out var given) && given.GetString() is { Length: > 0 } text ? text : "/";
        var target = new EmitTarget(SocketServer.NormalizeName(name)) { Rooms = Names(root, "room"), Except = Names(root, "skip_sid") };
        var (channel, entry) = EmitRoute.Of(server, target, arguments);
        message = new LegacyMessage(channel, eventName, entry.Text);
        return null;
    }

    private static SocketArguments Arguments(JsonElement root)
    {
        if (!root.TryGetProperty("data", out var data) || data.ValueKind == JsonValueKind.Null)
        {
            return SocketArguments.Empty;
        }

        ReadOnlyMemory<byte>[] attachments = [];
        if (root.TryGetProperty("binary", out var binary) && binary.ValueKind == JsonValueKind.True)
        {
            attachments = [.. data.EnumerateArray().Skip(1).Select(item => (ReadOnlyMemory<byte>)item.GetBytesFromBase64())];
            data = data[0];
        }

        JsonElement[] items = binary.ValueKind != JsonValueKind.Undefined && data.ValueKind == JsonValueKind.Array ? [.. data.EnumerateArray()] : [data];
        return items is [{ ValueKind: JsonValueKind.Null }]
            ? SocketArguments.Empty
            : new SocketArguments([.. items.Select(item => (ReadOnlyMemory<byte>)JsonSerializer.SerializeToUtf8Bytes(item, SocketJson.Default))], attachments);
    }

    /// <summary>A name, several, or none.</summary>
    private static ImmutableArray<string> Names(JsonElement root, string property) => !root.TryGetProperty(property, out var value) ? []
        : value.ValueKind == JsonValueKind.String ? [value.GetString()!]
        : value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(item => item.GetString()).OfType<string>()]
        : [];
}
