using System.Collections.Immutable;
using PushApp.Push;

namespace PushApp.SocketIO;

/// <summary>The sockets of a namespace on this node, and who is in which room. Thread-safe.</summary>
internal sealed class RoomIndex
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Socket> _sockets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<Socket>> _rooms = new(StringComparer.Ordinal);

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _sockets.Count;
            }
        }
    }

    /// <summary>Adds a socket; the one that had its id before (it came back before its end was noticed) is replaced and returned.</summary>
    /// <remarks>The rooms that it has already (it came back with them) are entered in the same moment: no emit finds it in some of them.</remarks>
    public Socket? Add(Socket socket)
    {
        lock (_lock)
        {
            _sockets.TryGetValue(socket.Id, out var before);
            _sockets[socket.Id] = socket;
            foreach (var room in socket.Rooms.Snapshot)
            {
                Members(room).Add(socket);
            }

            return before == socket ? null : before;
        }
    }

    public void Remove(Socket socket)
    {
        lock (_lock)
        {
            if (_sockets.TryGetValue(socket.Id, out var held) && held == socket)
            {
                _sockets.Remove(socket.Id);
                _sockets.Shrink();
            }

            foreach (var room in socket.Rooms.Snapshot)
            {
                RemoveFrom(room, socket);
            }
        }
    }

    /// <summary>Adds a room. False when the socket is in it already, or has ended: a handler may go on after that.</summary>
    public bool Join(Socket socket, string room)
    {
        lock (_lock)
        {
            if (socket.Rooms.Contains(room) || !_sockets.TryGetValue(socket.Id, out var held) || held != socket)
            {
                return false;
            }

            socket.Rooms.Add(room);
            Members(room).Add(socket);
            return true;
        }
    }

    /// <summary>Removes a room. False when the socket is not in it.</summary>
    public bool Leave(Socket socket, string room)
    {
        lock (_lock)
        {
            if (!socket.Rooms.Contains(room))
            {
                return false;
            }

            socket.Rooms.Remove(room);
            RemoveFrom(room, socket);
            return true;
        }
    }

    public Socket? Find(string id)
    {
        lock (_lock)
        {
            return _sockets.GetValueOrDefault(id);
        }
    }

    /// <summary>The sockets that a target names, each once.</summary>
    public List<Socket> Select(EmitTarget target)
    {
        lock (_lock)
        {
            if (target.Rooms.IsEmpty)
            {
                return target.Except.IsEmpty ? [.. _sockets.Values] : [.. _sockets.Values.Where(socket => !IsExcepted(socket, target))];
            }

            if (target.Rooms.Length == 1 && !_sockets.ContainsKey(target.Rooms[0]))
            {
                return _rooms.TryGetValue(target.Rooms[0], out var members) ? [.. members.Where(socket => !IsExcepted(socket, target))] : [];
            }

            var found = new HashSet<Socket>();
            foreach (var room in target.Rooms)
            {
                if (_sockets.TryGetValue(room, out var single))
                {
                    found.Add(single);
                }

                if (_rooms.TryGetValue(room, out var members))
                {
                    found.UnionWith(members);
                }
            }

            found.RemoveWhere(socket => IsExcepted(socket, target));
            return [.. found];
        }
    }

    /// <summary>Whether a target names a socket that is in these rooms (in ordinal order).</summary>
    public static bool Matches(EmitTarget target, string id, ImmutableArray<string> rooms) =>
        (target.Rooms.IsEmpty || IsInOneOf(id, rooms, target.Rooms)) && !IsExcepted(id, rooms, target);

    private static bool IsExcepted(Socket socket, EmitTarget target) => IsExcepted(socket.Id, socket.Rooms.Snapshot, target);

    private static bool IsExcepted(string id, ImmutableArray<string> rooms, EmitTarget target) => !target.Except.IsEmpty && IsInOneOf(id, rooms, target.Except);

    private static bool IsInOneOf(string id, ImmutableArray<string> own, ImmutableArray<string> rooms)
    {
        foreach (var room in rooms)
        {
            if (SocketRooms.Contains(own, room) || string.Equals(room, id, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private HashSet<Socket> Members(string room)
    {
        if (!_rooms.TryGetValue(room, out var members))
        {
            _rooms[room] = members = [];
        }

        return members;
    }

    private void RemoveFrom(string room, Socket socket)
    {
        if (_rooms.TryGetValue(room, out var members))
        {
            members.Remove(socket);
            members.Shrink();
            if (members.Count == 0)
            {
                _rooms.Remove(room);
                _rooms.Shrink();
            }
        }
    }
}
