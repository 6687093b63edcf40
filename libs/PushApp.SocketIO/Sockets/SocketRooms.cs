using System.Collections;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using PushApp.Push;
using PushApp.SocketIO.Engine;

namespace PushApp.SocketIO;

/// <summary>The rooms of one socket. Its own id is not listed, though everybody can emit to it as to a room. Thread-safe.</summary>
[SuppressMessage("Naming", "CA1710", Justification = "Rooms is the field's word; it is one socket's, not a general collection.")]
public sealed class SocketRooms : IReadOnlyCollection<string>
{
    /// <summary>The longest name of a room, in characters; encoded as a channel's name it may have fewer (<see cref="ChannelName.MaxLength"/>).</summary>
    public const int MaxNameLength = 150;

    private readonly Socket _socket;

    // In ordinal order: a few names take no more memory than they must, and many are still found fast.
    private ImmutableArray<string> _rooms = [];

    internal SocketRooms(Socket socket) => _socket = socket;

    /// <inheritdoc/>
    public int Count => _rooms.Length;

    /// <summary>Whether the socket is in the room.</summary>
    public bool Contains(string room) => Contains(_rooms, room);

    /// <summary>
    /// Joins a room. The registered <see cref="IChannelAuthorizer"/>s are asked whether the client may subscribe to the room's channel, unless the namespace is mapped with
    /// <see cref="NamespaceBuilder.TrustRooms"/>; without channels (no <c>AddPush</c>) joining is the server's decision alone. When this returns, everything that is emitted to the room after reaches the socket.
    /// </summary>
    /// <exception cref="SocketException">
    /// The client may not (<c>access_denied</c>), is in as many rooms as it may be (<c>too_many_rooms</c>), or the name is empty or too long (<c>invalid_arguments</c>). Uncaught in a handler, it is the
    /// client's answer.
    /// </exception>
    public ValueTask JoinAsync(params IEnumerable<string> rooms) => _socket.JoinAsync(Named(rooms), trusted: false);

    /// <summary>Joins rooms without asking anybody whether the client may: for rooms that the server chooses.</summary>
    /// <inheritdoc cref="JoinAsync" path="/exception"/>
    public ValueTask JoinTrustedAsync(params IEnumerable<string> rooms) => _socket.JoinAsync(Named(rooms), trusted: true);

    // Most often the name is the client's, and the same as others': kept once.
    private static string[] Named(IEnumerable<string> rooms)
    {
        ArgumentNullException.ThrowIfNull(rooms);
        string[] names = [.. rooms];
        return Array.TrueForAll(names, IsName) ? Array.ConvertAll(names, TextPool.Shared.Get) : throw new SocketException(NoName, SocketErrors.InvalidArguments);
    }

    /// <summary>Leaves rooms. Nothing that is emitted to them after this returns reaches the socket.</summary>
    public ValueTask LeaveAsync(params IEnumerable<string> rooms) => _socket.LeaveAsync([.. Check(rooms)]);

    /// <inheritdoc/>
    public IEnumerator<string> GetEnumerator() => ((IEnumerable<string>)_rooms).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Rooms as they are now; never changed.</summary>
    internal ImmutableArray<string> Snapshot => _rooms;

    internal static bool Contains(ImmutableArray<string> rooms, string room) => rooms.BinarySearch(room, StringComparer.Ordinal) >= 0;

    internal void Add(string room) => ImmutableInterlocked.Update(
        ref _rooms, static (rooms, room) => rooms.BinarySearch(room, StringComparer.Ordinal) is var at and < 0 ? rooms.Insert(~at, room) : rooms, room);

    internal void Remove(string room) => ImmutableInterlocked.Update(
        ref _rooms, static (rooms, room) => rooms.BinarySearch(room, StringComparer.Ordinal) is var at and >= 0 ? rooms.RemoveAt(at) : rooms, room);

    internal void Clear() => ImmutableInterlocked.InterlockedExchange(ref _rooms, []);

    private static string NoName => $"A room's name has 1 to {MaxNameLength} characters.";

    private static bool IsName(string room) => !string.IsNullOrEmpty(room) && (room.Length <= MaxNameLength || SocketIds.IsId(room));

    internal static IEnumerable<string> Check(IEnumerable<string> rooms)
    {
        ArgumentNullException.ThrowIfNull(rooms);
        foreach (var room in rooms)
        {
            if (!IsName(room))
            {
                throw new ArgumentException(NoName, nameof(rooms));
            }

            yield return room;
        }
    }
}
