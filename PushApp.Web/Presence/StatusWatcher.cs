using PushApp.SocketIO;

namespace PushApp.Web.Presence;

/// <summary>One socket that watches users. Its members are under the board's lock.</summary>
/// <param name="client">The socket alone, at this node.</param>
internal sealed class StatusWatcher(SocketEmitter client)
{
    public SocketEmitter Client { get; } = client;

    /// <summary>The users it watches, by key, with the name that it gave.</summary>
    public Dictionary<string, string> Watched { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether it is gone: a watch that was on its way then adds nothing.</summary>
    public bool HasEnded { get; set; }
}
