using System.Collections.Immutable;

namespace PushApp.SocketIO;

/// <summary>
/// Which events a socket may send now, beside what its methods' own policies say: everything, until it is narrowed; then only what is named. Changes hold from the next event on.
/// Kept over a recovery. Thread-safe.
/// </summary>
public sealed class SocketEvents
{
    // Null: every one.
    private ImmutableHashSet<string>? _allowed;

    internal SocketEvents()
    {
    }

    /// <summary>Whether an event may be sent.</summary>
    public bool IsAllowed(string eventName) => Volatile.Read(ref _allowed)?.Contains(eventName) ?? true;

    /// <summary>Only these from now on; none for no names.</summary>
    public void AllowOnly(params IEnumerable<string> eventNames) => Volatile.Write(ref _allowed, Names(eventNames));

    /// <summary>These too. Without effect while everything is allowed.</summary>
    public void Allow(params IEnumerable<string> eventNames)
    {
        var names = Names(eventNames);
        ImmutableInterlocked.Update(ref _allowed, allowed => allowed?.Union(names));
    }

    /// <summary>These no more. While everything is allowed, nothing can be taken out: say <see cref="AllowOnly"/> first.</summary>
    /// <exception cref="InvalidOperationException">Everything is allowed.</exception>
    public void Deny(params IEnumerable<string> eventNames)
    {
        var names = Names(eventNames);
        ImmutableInterlocked.Update(
            ref _allowed,
            allowed => (allowed ?? throw new InvalidOperationException("Every event is allowed: name those that shall be with AllowOnly before you deny one.")).Except(names));
    }

    /// <summary>Everything again.</summary>
    public void AllowAll() => Volatile.Write(ref _allowed, null);

    internal string[]? Snapshot() => Volatile.Read(ref _allowed)?.ToArray();

    internal void Restore(string[]? allowed) => Volatile.Write(ref _allowed, allowed is null ? null : Names(allowed));

    private static ImmutableHashSet<string> Names(IEnumerable<string> names) => ImmutableHashSet.CreateRange(StringComparer.Ordinal, names);
}
