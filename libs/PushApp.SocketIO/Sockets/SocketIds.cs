using System.Buffers.Text;
using System.Security.Cryptography;
using PushApp.SocketIO.Engine;
using PushApp.SocketIO.Engine.Security;

namespace PushApp.SocketIO;

/// <summary>
/// Ids of sockets, and the private ids with which they recover. 120 random bits, and a first character that tells a socket's id from a room's name of the same length; of protocol 3, the session's id behind the
/// namespace's name.
/// </summary>
internal static class SocketIds
{
    private const char Mark = SessionId.LegacyMark;
    private const char NamespaceEnd = '#';

    /// <summary>
    /// The id of a client's socket. One of protocol 3 makes it up itself, from the session's id and the namespace (socket.io-client 2's <c>generateId</c>), and both sides are to have the same.
    /// </summary>
    public static string New(IEngineSession session, string name) =>
        session.Protocol != 3 ? Mark + Random()
        : name == "/" ? session.Id
        : $"{name}{NamespaceEnd}{session.Id}";

    public static string NewRecoveryId() => Random();

    /// <summary>Whether a room is (or could be) a socket's own. Nobody else joins it: what is emitted to it is that socket's alone.</summary>
    public static bool IsId(string room) =>
        (room.Length == 21 && room[0] == Mark)
        || SessionId.IsLegacy(room is ['/', ..] ? room.AsSpan(room.LastIndexOf(NamespaceEnd) + 1) : room);

    private static string Random() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(15));
}
