using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using PushApp.Push.Hub;

namespace PushApp.Push.Sse;

/// <summary>The channels that a request asks for.</summary>
internal static class ChannelResolver
{
    public static bool TryResolve(
        HttpContext context, ServerSentEventsOptions endpoint, PushPrincipal principal, out List<ChannelName> channels, [NotNullWhen(false)] out string? error)
    {
        error = null;
        channels = endpoint.Channels is { } resolve ? [.. resolve(context)]
            : principal.UserName is { } userName && ChannelName.TryUser(userName, out var own) ? [own, ChannelName.Broadcast]
            : [ChannelName.Broadcast];
        if (endpoint.AcceptQueryChannels ?? endpoint.Channels is null)
        {
            foreach (var text in context.Request.Query["channel"])
            {
                if (!ChannelName.TryParse(text, out var channel, out error))
                {
                    return false;
                }

                channels.Add(channel);
            }
        }

        channels = [.. channels.Distinct()];
        if (channels.Count is 0 or > Cursor.MaxParts)
        {
            error = $"A stream has 1 to {Cursor.MaxParts} channels; this one would have {channels.Count}. Open a second stream for the others.";
            return false;
        }

        return true;
    }
}
