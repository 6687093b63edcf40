using System.Collections.Frozen;

namespace PushApp.SocketIO.Protocol;

/// <summary>Names that the clients raise themselves, so that no packet may carry them (https://socket.io/docs/v4/emit-cheatsheet/#reserved-events).</summary>
internal static class ReservedEvents
{
    public static FrozenSet<string> All { get; } =
        new[] { "connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener" }.ToFrozenSet(StringComparer.Ordinal);
}
