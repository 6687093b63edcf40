using PushApp.Push;

namespace PushApp.SocketIO;

/// <summary>Of a socket that can recover: whose its kept state is, where it began, and whether what is kept is what is so.</summary>
/// <param name="token">Whose the kept state is.</param>
internal sealed class RecoverySlot(string token)
{
    private string[]? _events;

    public string Token { get; } = token;

    /// <summary>Where the namespace's channel stood when it connected.</summary>
    public Position? Start { get; set; }

    /// <summary>Where its own channel stood then.</summary>
    public Position? OwnStart { get; set; }

    /// <summary>Whether another socket has come back in its place.</summary>
    public bool IsTakenOver { get; set; }

    /// <summary>One writing of it at a time.</summary>
    public Turns Saving { get; } = new();

    /// <summary>Whether the last writing failed: the next event writes again.</summary>
    public bool IsUnsaved { get; set; }

    public bool TakeEventsChanged(Socket socket)
    {
        var events = socket.EventsIfAny?.Snapshot();
        var changed = !(events ?? []).SequenceEqual(_events ?? [], StringComparer.Ordinal) || (events is null) != (_events is null);
        _events = events;
        return changed;
    }

    /// <summary>What is to be kept of the socket as it is now.</summary>
    public RecoveryState Snapshot(Socket socket, PushSocketState state) => new(
        socket.Id, socket.Namespace, Start, OwnStart, [.. state.Rooms], socket.DataSnapshot, socket.EventsIfAny?.Snapshot());
}
