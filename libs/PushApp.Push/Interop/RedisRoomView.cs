using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace PushApp.Push.Interop;

/// <summary>
/// What the seed's <c>emit_to_channel</c> publishes: <c>{"name": event, "args": [room, …]}</c> on <c>socketio_{room}</c>. The data is the JSON array of the
/// arguments, without the room unless <see cref="InteropOptions.IncludeRoom"/> is on. Outbound only: unlike there, a message calls nothing on the server.
/// </summary>
internal sealed class RedisRoomView(IOptions<PushOptions> options) : ILegacyFormat
{
    private readonly string _prefix = options.Value.Interop.SocketIOPrefix;
    private readonly bool _includeRoom = options.Value.Interop.IncludeRoom;

    public IReadOnlyList<RedisChannel> Subscriptions => [LegacyJson.StartingWith(_prefix)];

    public bool TryRead(string redisChannel, ReadOnlySpan<byte> payload, [NotNullWhen(true)] out LegacyMessage? message, [NotNullWhen(false)] out string? reason)
    {
        message = null;
        var room = redisChannel[_prefix.Length..];
        if (!LegacyJson.TryGetChannel(ChannelName.Room, room, out var channel, out reason) || !LegacyJson.TryParse(payload, out var document, out reason))
        {
            return false;
        }

        using (document)
        {
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object
                || !root.TryGetProperty("name", out var name) || name.ValueKind != JsonValueKind.String
                || !TryGetArguments(root, out var arguments))
            {
                reason = "it is not an object with a name and an array of arguments, as in {\"name\": \"myevent\", \"args\": [\"room\", \"text\"]}";
                return false;
            }

            if (!LegacyJson.TryGetText(name, out var eventName) || !TryFormat(arguments, room, out var data))
            {
                reason = "it holds half of a surrogate pair or bytes that are not UTF-8";
                return false;
            }

            message = new LegacyMessage(channel, eventName, data);
            reason = null;
            return true;
        }
    }

    private static bool TryGetArguments(JsonElement root, out JsonElement[] arguments)
    {
        arguments = [];
        if (!root.TryGetProperty("args", out var array))
        {
            return true;
        }

        if (array.ValueKind != JsonValueKind.Array)
        {
            return false;
        }

        arguments = [.. array.EnumerateArray()];
        return true;
    }

    private bool TryFormat(JsonElement[] arguments, string room, [NotNullWhen(true)] out string? data)
    {
        data = null;
        // The first argument is the room in everything the seed sends; where it is not, it is data.
        var skip = !_includeRoom && arguments.Length > 0 && IsText(arguments[0], room) ? 1 : 0;
        var text = new StringBuilder("[");
        try
        {
            for (var i = skip; i < arguments.Length; i++)
            {
                text.Append(i > skip ? "," : "").Append(arguments[i].GetRawText());
            }
        }
        catch (Exception exception) when (exception is InvalidOperationException or DecoderFallbackException)
        {
            return false;
        }

        data = text.Append(']').ToString();
        return true;
    }

    private static bool IsText(JsonElement element, string text) =>
        element.ValueKind == JsonValueKind.String && LegacyJson.TryGetText(element, out var value) && value == text;
}
