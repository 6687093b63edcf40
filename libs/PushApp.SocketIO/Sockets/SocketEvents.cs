namespace PushApp.SocketIO;

/// <summary>
/// Which events a socket may send now, beside what its methods' own policies say: everything, until it is narrowed; then only what is named. Changes hold from the next event on.
/// Kept over a recovery. Thread-safe.
/// </summary>
public sealed class SocketEvents
{
    private readonly Lock _lock = new();
    private HashSet<string>? _allowed;

    internal SocketEvents()
    {
    }

    /// <summary>Whether an event may be sent.</summary>
    public bool IsAllowed(string eventName)
    {
        lock (_lock)
        {
            return _allowed?.Contains(eventName) ?? true;
        }
    }

    /// <summary>Only these from now on; none for no names.</summary>
    public void AllowOnly(params IEnumerable<string> eventNames)
    {
        lock (_lock)
        {
            _allowed = new HashSet<string>(eventNames, StringComparer.Ordinal);
        }
    }

    /// <summary>These too. Without effect while everything is allowed.</summary>
    public void Allow(params IEnumerable<string> eventNames)
    {
        lock (_lock)
        {
            _allowed?.UnionWith(eventNames);
        }
    }

    /// <summary>These no more. While everything is allowed, nothing can be taken out: say <see cref="AllowOnly"/> first.</summary>
    /// <exception cref="InvalidOperationException">Everything is allowed.</exception>
    public void Deny(params IEnumerable<string> eventNames)
    {
        lock (_lock)
        {
            (_allowed ?? throw new InvalidOperationException("Every event is allowed: name those that shall be with AllowOnly before you deny one.")).ExceptWith(eventNames);
        }
    }

    /// <summary>Everything again.</summary>
    public void AllowAll()
    {
        lock (_lock)
        {
            _allowed = null;
        }
    }

    internal string[]? Snapshot()
    {
        lock (_lock)
        {
            return _allowed is null ? null : [.. _allowed];
        }
    }

    internal void Restore(string[]? allowed)
    {
        lock (_lock)
        {
            _allowed = allowed is null ? null : new HashSet<string>(allowed, StringComparer.Ordinal);
        }
    }
}
