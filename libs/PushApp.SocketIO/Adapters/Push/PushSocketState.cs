using System.Collections.Immutable;

namespace PushApp.SocketIO;

/// <summary>What the adapter keeps of a socket.</summary>
internal sealed class PushSocketState(SocketConnection connection)
{
    private ImmutableArray<RecoveryRoom> _rooms = [];

    public SocketConnection Connection { get; } = connection;

    /// <summary>What its recovery rests on; null where it cannot, as it has no <see cref="Socket.RecoveryId"/>.</summary>
    public RecoverySlot? Recovery { get; init; }

    /// <summary>One change of its rooms at a time.</summary>
    public Turns Changing { get; } = new();

    /// <summary>Its rooms as they are now; never changed.</summary>
    public ImmutableArray<RecoveryRoom> Rooms => _rooms;

    public void AddRoom(RecoveryRoom room) => ImmutableInterlocked.Update(ref _rooms, static (rooms, room) => Without(rooms, room.Name).Add(room), room);

    public void RemoveRoom(string name) => ImmutableInterlocked.Update(ref _rooms, static (rooms, name) => Without(rooms, name), name);

    /// <summary>The place in the namespace's channel where the socket joined a room; 0 where that is not known.</summary>
    public long JoinedAt(string name) => _rooms.FirstOrDefault(room => string.Equals(room.Name, name, StringComparison.Ordinal))?.JoinedAt ?? 0;

    /// <summary>Those places mean nothing any more.</summary>
    public void ForgetJoins()
    {
        ImmutableInterlocked.Update(ref _rooms, static rooms => [.. rooms.Select(room => room with { JoinedAt = 0 })]);
        Recovery?.IsUnsaved = true;
    }

    private static ImmutableArray<RecoveryRoom> Without(ImmutableArray<RecoveryRoom> rooms, string name) =>
        rooms.RemoveAll(room => string.Equals(room.Name, name, StringComparison.Ordinal));
}
