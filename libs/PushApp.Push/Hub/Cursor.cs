using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace PushApp.Push.Hub;

/// <summary>
/// Where a client stands in all channels of its stream, as the SSE id: parts <c>{key}.{sequence}.{tag}</c> joined by <c>~</c>, the key being 32 bits of the channel
/// name's SHA-256. It comes back from the client as untrusted text; it grants nothing, and what it says is compared with the log before it counts.
/// </summary>
internal sealed class Cursor
{
    public const int MaxParts = 32;

    /// <summary>8 + 1 + 19 + 1 + 8 characters a part, and a separator.</summary>
    public const int MaxLength = MaxParts * 38;

    public const byte Separator = (byte)'~';

    /// <summary>The id of a client that was told to stop: a reconnect with it is answered 204.</summary>
    public const string Stop = "push.stop";

    private readonly Dictionary<uint, Position> _parts = [];

    private Cursor()
    {
    }

    public static uint KeyOf(ChannelName channel)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes(channel.Value), hash);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(hash);
    }

    public static byte[] FormatPart(uint key, Position position) =>
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{key:x8}.{position.Sequence}.{position.Tag:x8}"));

    /// <summary>Reads a cursor; anything that is none gives false.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Cursor? cursor)
    {
        cursor = null;
        if (string.IsNullOrEmpty(text) || text.Length > MaxLength)
        {
            return false;
        }

        var parsed = new Cursor();
        foreach (var range in text.AsSpan().Split((char)Separator))
        {
            var part = text.AsSpan(range);
            if (part.Length < 19 || part[8] != '.' || part[^9] != '.'
                || !uint.TryParse(part[..8], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var key)
                || !long.TryParse(part[9..^9], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
                || !uint.TryParse(part[^8..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var tag)
                || sequence > (1L << 53)
                || !parsed._parts.TryAdd(key, new Position(sequence, tag)))
            {
                return false;
            }
        }

        cursor = parsed;
        return true;
    }

    public Position? Find(uint key) => _parts.TryGetValue(key, out var position) ? position : null;
}
