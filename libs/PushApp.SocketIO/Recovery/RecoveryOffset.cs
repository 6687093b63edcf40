using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PushApp.Push.Hub;

namespace PushApp.SocketIO;

/// <summary>
/// What the last argument of every event says, and a client that comes back repeats: <c>{key}!{cursor}</c>. The key is of the private id that the offset was made for: the official client keeps its
/// old offset when it was not recovered and has a new private id (socket.io-client's <c>_lastOffset</c>). Untrusted on the way back.
/// </summary>
internal static class RecoveryOffset
{
    private const int KeyLength = 8;

    /// <summary>The key, a mark, and as many parts as a cursor may have.</summary>
    public const int MaxLength = KeyLength + 1 + Cursor.MaxLength;

    /// <summary>Writes it; nothing where a cursor cannot hold all channels, since half of them is no place to go on from.</summary>
    public static int Write(Span<byte> buffer, string recoveryId, ImmutableArray<Subscription> subscriptions)
    {
        var key = KeyOf(recoveryId);
        Encoding.ASCII.GetBytes(key, buffer);
        buffer[KeyLength] = (byte)'!';
        var length = KeyLength + 1;
        if (subscriptions.Length > Cursor.MaxParts)
        {
            return length;
        }

        foreach (var subscription in subscriptions)
        {
            if (subscription.CursorPart.Length == 0)
            {
                continue;
            }

            if (length > KeyLength + 1)
            {
                buffer[length++] = Cursor.Separator;
            }

            subscription.CursorPart.CopyTo(buffer[length..]);
            length += subscription.CursorPart.Length;
        }

        return length;
    }

    /// <summary>
    /// Reads it. <paramref name="cursor"/> is null for a client that has been sent nothing since it got this private id: its offset is none, or one of another id.
    /// </summary>
    /// <returns>False for one that was made for this id and says nothing: it cannot be continued.</returns>
    public static bool TryRead(string? offset, string recoveryId, out Cursor? cursor)
    {
        cursor = null;
        if (offset is null || !offset.StartsWith(KeyOf(recoveryId), StringComparison.Ordinal) || offset.Length <= KeyLength || offset[KeyLength] != '!')
        {
            return true;
        }

        return Cursor.TryParse(offset[(KeyLength + 1)..], out cursor);
    }

    private static string KeyOf(string recoveryId)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.ASCII.GetBytes(recoveryId), hash);
        return string.Create(CultureInfo.InvariantCulture, $"{System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(hash):x8}");
    }
}
