using System.Collections.Immutable;

namespace PushApp.SocketIO;

/// <summary>Which sockets of a namespace something is for, and how. Immutable.</summary>
internal sealed record EmitTarget(string Namespace)
{
    /// <summary>Any of these rooms, or everybody when there are none.</summary>
    public ImmutableArray<string> Rooms { get; init; } = [];

    /// <summary>None that is in one of these rooms; a socket's id is a room of its own.</summary>
    public ImmutableArray<string> Except { get; init; } = [];

    /// <summary>Not kept for those that cannot take it now, nor for later.</summary>
    public bool IsVolatile { get; init; }

    /// <summary>This node's sockets only.</summary>
    public bool IsLocal { get; init; }

    /// <summary>How long to wait for acknowledgements; null for the option's.</summary>
    public TimeSpan? Timeout { get; init; }
}
