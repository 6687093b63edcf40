using System.Globalization;
using System.Text;
using PushApp.Bench.Load;
using PushApp.Push.Hub;
using PushApp.Push.Redis;

namespace PushApp.Bench.Servers;

/// <summary>
/// Hands events to the fan-out loops as the channel does once it has received, linked and kept them: what is left is encoding and writing. The log knows
/// nothing of these events, so nobody may resume.
/// </summary>
internal sealed class HubInjector(int payloadSize)
{
    private long _published;

    public long Published => _published;

    /// <summary>The next event, for a channel and all of the loops that write it.</summary>
    public void Publish(HubChannel channel, IEnumerable<FanOutLoop> loops)
    {
        var item = Create(channel, ++_published, payloadSize);
        foreach (var loop in loops)
        {
            loop.Post(LoopItem.Deliver(item, channel.Loops[loop.Index].Period));
        }
    }

    /// <summary>An event as it comes from the broker: its bytes are read here too.</summary>
    public static HubEvent Create(HubChannel channel, long sequence, int payloadSize)
    {
        var time = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var bytes = Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"L {sequence} {(uint)sequence * 2654435761u:x8} {((uint)sequence - 1) * 2654435761u:x8} {time} 0 -\n{Payload.EventName}\n{Payload.Create(sequence, payloadSize)}"));
        return LogEntry.TryParse(bytes, out var entry)
            ? new HubEvent(entry, channel)
            : throw new InvalidOperationException("The library's log format has changed: write this one's entries as append.lua does.");
    }
}
