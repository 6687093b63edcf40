using System.Text.Json;
using PushApp.Push;

namespace PushApp.SocketIO;

/// <summary>What is kept of a socket for its recovery.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Start">The position in the namespace's channel when it connected.</param>
/// <param name="OwnStart">The position in its own channel when it connected.</param>
/// <param name="Rooms">Its rooms.</param>
/// <param name="Data">Its data.</param>
/// <param name="Events">The events it may send; null for all.</param>
internal sealed record RecoveryState(
    string Id,
    string Namespace,
    Position? Start,
    Position? OwnStart,
    IReadOnlyList<RecoveryRoom> Rooms,
    IReadOnlyDictionary<string, JsonElement> Data,
    string[]? Events);

/// <summary>A room of a socket; what was emitted before it joined has never been the socket's.</summary>
/// <param name="Name">The room.</param>
/// <param name="IsTrusted">Whether the server chose it, so that nobody is asked.</param>
/// <param name="Joined">The position in the room's channel when the socket joined.</param>
/// <param name="JoinedAt">The sequence number in the namespace's channel then, which carries what is emitted to several rooms or with exceptions; 0 where it was not known.</param>
internal sealed record RecoveryRoom(string Name, bool IsTrusted, Position? Joined, long JoinedAt = 0);
