using Microsoft.Extensions.Options;
using PushApp.Push;

namespace PushApp.SocketIO;

/// <summary>Sockets' own channels are kept no longer than their clients may come back, unless <c>Push:Histories</c> says so.</summary>
internal sealed class SocketHistories(IOptions<SocketIOOptions> options) : IPostConfigureOptions<PushOptions>
{
    public void PostConfigure(string? name, PushOptions push)
    {
        if (push.Histories.Any(history => history.Channels == SocketChannels.SocketPattern))
        {
            return;
        }

        // Not less than PushOptions allows: the logs of open channels are kept alive at every comparison of heads.
        var least = TimeSpan.FromTicks(Math.Max(TimeSpan.TicksPerMinute, push.Streams.HeadCheckInterval.Ticks * 3));
        var window = options.Value.Recovery.Window * 2;
        push.Histories.Add(new ChannelHistoryOptions
        {
            Channels = SocketChannels.SocketPattern,
            MaxEvents = push.History.MaxEvents,
            MaxAge = window > least ? window : least,
        });
    }
}
