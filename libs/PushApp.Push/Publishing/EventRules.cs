using System.Buffers;
using System.Text;

namespace PushApp.Push.Publishing;

/// <summary>What can be published at all.</summary>
internal static class EventRules
{
    public const int MaxNameLength = 200;
    public const int MaxKeyLength = 200;

    private static readonly SearchValues<char> Forbidden = SearchValues.Create("\r\n\0");

    /// <exception cref="ArgumentException">Something is out of its bounds; the message says what to do.</exception>
    public static void Check(ChannelName channel, string eventName, EventData data, PublishOptions options, int maxBytes, TimeSpan maxAge)
    {
        if (channel == default)
        {
            throw new ArgumentException("Name the channel to publish to, such as 'broadcast' or 'user:alice'.", nameof(channel));
        }

        if (string.IsNullOrEmpty(eventName) || eventName.Length > MaxNameLength || eventName.AsSpan().ContainsAny(Forbidden))
        {
            throw new ArgumentException(
                $"An event's name has 1 to {MaxNameLength} characters and no line break or NUL, as in 'import.completed'.", nameof(eventName));
        }

        var bytes = Encoding.UTF8.GetByteCount(data.Text);
        if (bytes > maxBytes)
        {
            throw new ArgumentException(
                $"The event's data has {bytes} bytes; at most {maxBytes} are allowed (Push:MaxEventBytes). Publish a reference to the data instead.", nameof(data));
        }

        if (options.IdempotencyKey is { } key && (key.Length is 0 or > MaxKeyLength))
        {
            throw new ArgumentException($"An idempotency key has 1 to {MaxKeyLength} characters; this one has {key.Length}.", nameof(options));
        }

        if (options.History && options.TimeToLive is { } ttl && (ttl < TimeSpan.FromSeconds(1) || ttl > maxAge))
        {
            throw new ArgumentException(
                $"An event's time to live is between 1 second and its channel's history of {maxAge.TotalSeconds:0} seconds; {ttl.TotalSeconds:0.###} seconds is not.",
                nameof(options));
        }
    }
}
