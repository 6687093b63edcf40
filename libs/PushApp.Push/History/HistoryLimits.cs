using Microsoft.Extensions.Options;

namespace PushApp.Push.History;

/// <summary>How much of a channel is kept: the longest pattern of <c>Push:Histories</c> that matches, else <c>Push:History</c>.</summary>
internal sealed class HistoryLimits
{
    private readonly HistoryOptions _default;
    private readonly ChannelHistoryOptions[] _patterns;

    public HistoryLimits(IOptions<PushOptions> options)
    {
        _default = options.Value.History;
        _patterns = [.. options.Value.Histories.OrderByDescending(history => history.Channels.Length)];
    }

    public HistoryOptions For(ChannelName channel)
    {
        foreach (var history in _patterns)
        {
            if (ChannelPattern.Matches(history.Channels, channel))
            {
                return history;
            }
        }

        return _default;
    }
}
