using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using PushApp.Push.Interop;
using StackExchange.Redis;

namespace PushApp.SocketIO;

/// <summary>
/// What python-socketio's write-only manager publishes on <c>socketio</c>: JSON <c>{"method":"emit","event","data","namespace","room","skip_sid",…}</c>
/// (https://python-socketio.readthedocs.io/en/stable/server.html#emitting-from-external-processes). Its data is one argument, whatever it is; null is none.
/// </summary>
internal sealed class PythonManagerFormat(SocketServer server) : ILegacyFormat
{
    public IReadOnlyList<RedisChannel> Subscriptions => server.Options.Interop.PythonManager ? [RedisChannel.Literal(server.Options.Interop.PythonChannel)] : [];

    public bool TryRead(string redisChannel, ReadOnlySpan<byte> payload, [NotNullWhen(true)] out LegacyMessage? message, [NotNullWhen(false)] out string? reason)
    {
        message = null;
        if (!LegacyJson.TryParse(payload, out var document, out reason))
        {
            return false;
        }

        using (document)
        {
            try
            {
                reason = Read(document.RootElement, out message);
            }
            catch (Exception error) when (error is InvalidOperationException or ArgumentException or KeyNotFoundException or SocketException)
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
        var arguments = root.TryGetProperty("data", out var data) && data.ValueKind != JsonValueKind.Null
            ? new SocketArguments([JsonSerializer.SerializeToUtf8Bytes(data, SocketJson.Default)], [])
            : SocketArguments.Empty;
        EmitRules.Check(eventName, arguments);
        var name = root.TryGetProperty("namespace", out var given) && given.GetString() is { Length: > 0 } text ? text : "/";
        var target = new EmitTarget(SocketServer.NormalizeName(name)) { Rooms = Names(root, "room"), Except = Names(root, "skip_sid") };
        var (channel, entry) = EmitRoute.Of(server, target, arguments);
        message = new LegacyMessage(channel, eventName, entry.Text);
        return null;
    }

    /// <summary>A name, several, or none.</summary>
    private static ImmutableArray<string> Names(JsonElement root, string property) => !root.TryGetProperty(property, out var value) ? []
        : value.ValueKind == JsonValueKind.String ? [value.GetString()!]
        : value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(item => item.GetString()).OfType<string>()]
        : [];
}
