using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace PushApp.Push.Interop;

/// <summary>
/// What django-sse's <c>send_event</c> publishes for its RedisQueueView: a JSON array <c>[event, text]</c> on <c>sse</c> (broadcast) or <c>sse_{user}</c>.
/// The second element is already text and is not decoded again.
/// </summary>
internal sealed class RedisSseView(IOptions<PushOptions> options) : ILegacyFormat
{
    private readonly string _channel = options.Value.Interop.SseChannel;

    public IReadOnlyList<RedisChannel> Subscriptions =>
        [RedisChannel.Literal(_channel), LegacyJson.StartingWith(_channel + "_")];

    public bool TryRead(string redisChannel, ReadOnlySpan<byte> payload, [NotNullWhen(true)] out LegacyMessage? message, [NotNullWhen(false)] out string? reason)
    {
        message = null;
        if (!TryGetChannel(redisChannel, out var channel, out reason) || !LegacyJson.TryParse(payload, out var document, out reason))
        {
            return false;
        }

        using (document)
        {
            var array = document.RootElement;
            if (array.ValueKind != JsonValueKind.Array || array.GetArrayLength() != 2 || array[0].ValueKind != JsonValueKind.String)
            {
                reason = "it is not an array of an event's name and its text, as in [\"myevent\", \"text\"]";
                return false;
            }

            if (!LegacyJson.TryGetText(array[0], out var name) || !LegacyJson.TryGetText(array[1], out var data))
            {
                reason = "it holds half of a surrogate pair or bytes that are not UTF-8";
                return false;
            }

            message = new LegacyMessage(channel, name, data);
            reason = null;
            return true;
        }
    }

    private bool TryGetChannel(string redisChannel, out ChannelName channel, [NotNullWhen(false)] out string? reason)
    {
        if (redisChannel == _channel)
        {
            channel = ChannelName.Broadcast;
            reason = null;
            return true;
        }

        return LegacyJson.TryGetChannel(ChannelName.User, redisChannel[(_channel.Length + 1)..], out channel, out reason);
    }
}
