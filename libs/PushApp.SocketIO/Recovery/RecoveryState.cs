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

/// <summary>A room of a socket, with the position of its channel when the socket joined; what was before it has never been the socket's.</summary>
internal sealed record RecoveryRoom(string Name, bool IsTrusted, Position? Joined);
