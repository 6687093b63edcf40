using System.Buffers.Text;
using System.Security.Cryptography;

namespace PushApp.SocketIO;

/// <summary>Ids of sockets, and the private ids with which they recover. 120 random bits; the first character tells a socket's id from a room's name of the same length.</summary>
internal static class SocketIds
{
    private const char Mark = '~';

    public static string New() => Mark + Random();

    public static string NewRecoveryId() => Random();

    /// <summary>Whether a room is (or could be) a socket's own. Nobody else joins it: what is emitted to it is that socket's alone.</summary>
    public static bool IsId(string room) => room.Length == 21 && room[0] == Mark;

    private static string Random() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(15));
}
