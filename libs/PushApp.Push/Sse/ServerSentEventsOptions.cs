using Microsoft.AspNetCore.Http;

namespace PushApp.Push;

/// <summary>What one endpoint streams.</summary>
public sealed class ServerSentEventsOptions
{
    /// <summary>
    /// The channels of a request, from its user and route values. Each is authorised, and so are those of the query.
    /// <value>Default: <c>broadcast</c>, and <c>user:{me}</c> for whoever is signed in.</value>
    /// </summary>
    public Func<HttpContext, IEnumerable<ChannelName>>? Channels { get; set; }

    /// <summary>Whether <c>?channel=</c> (repeatable) adds channels. <value>Default true, and false where <see cref="Channels"/> is set.</value></summary>
    public bool? AcceptQueryChannels { get; set; }
}
