using System.Buffers.Text;

namespace PushApp.Push.Redis.Subscribing;

/// <summary>
/// Finds frames in what a Redis server sends, and messages of pub/sub among them, without a copy (RESP 2 and 3, https://redis.io/docs/latest/develop/reference/protocol-spec/).
/// </summary>
internal static class RespFrame
{
    /// <summary>The longest frame that is believed, in bytes: Redis' own bound of a string, 512 MiB, and some.</summary>
    public const int MaxLength = (512 * 1024 * 1024) + (64 * 1024);

    private static ReadOnlySpan<byte> Message => "*3\r\n$7\r\nmessage\r\n"u8;

    private static ReadOnlySpan<byte> ShardedMessage => "*3\r\n$8\r\nsmessage\r\n"u8;

    /// <summary>The length of the frame that the bytes begin with: 0 where its end is not among them, and -1 where they are none.</summary>
    public static int Measure(ReadOnlySpan<byte> bytes)
    {
        var at = 0L;
        for (var wanted = 1L; wanted > 0; wanted--)
        {
            if (at >= bytes.Length)
            {
                return 0;
            }

            var rest = bytes[(int)at..];
            var end = rest.IndexOf("\r\n"u8);
            if (end < 0)
            {
                return 0;
            }

            at += end + 2;
            var kind = rest[0];
            if (kind is (byte)'+' or (byte)'-' or (byte)':' or (byte)'_' or (byte)',' or (byte)'#' or (byte)'(')
            {
                continue;
            }

            if (end == 0 || !TryNumber(rest[1..end], out var number))
            {
                return -1;
            }

            switch (kind)
            {
                case (byte)'$' or (byte)'=' or (byte)'!':
                    at += number < 0 ? 0 : number + 2;
                    break;
                case (byte)'*' or (byte)'~' or (byte)'>':
                    wanted += Math.Max(0, number);
                    break;
                case (byte)'%':
                    wanted += 2 * number;
                    break;
                case (byte)'|':
                    // Attributes come before what they are of.
                    wanted += (2 * number) + 1;
                    break;
                default:
                    return -1;
            }

            if (at > MaxLength || wanted > MaxLength)
            {
                return -1;
            }
        }

        return at > bytes.Length ? 0 : (int)at;
    }

    /// <summary>Reads a message that came on a channel, where the bytes begin with one and all of it. One that came by a pattern, or is none, gives false.</summary>
    public static bool TryReadMessage(ReadOnlySpan<byte> bytes, out int length, out ReadOnlySpan<byte> channel, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        channel = default;
        length = bytes.StartsWith(Message) ? Message.Length : bytes.StartsWith(ShardedMessage) ? ShardedMessage.Length : bytes.Length;
        return TryString(bytes, ref length, out channel) && TryString(bytes, ref length, out payload);
    }

    private static bool TryString(ReadOnlySpan<byte> bytes, scoped ref int at, out ReadOnlySpan<byte> value)
    {
        value = default;
        var rest = bytes[at..];
        var end = rest.IndexOf("\r\n"u8);
        if (end < 1 || rest[0] != (byte)'$' || !TryNumber(rest[1..end], out var length) || length < 0 || rest.Length < end + 2 + length + 2)
        {
            return false;
        }

        value = rest.Slice(end + 2, length);
        at += end + 2 + length + 2;
        return true;
    }

    private static bool TryNumber(ReadOnlySpan<byte> digits, out int number) =>
        Utf8Parser.TryParse(digits, out number, out var read) && read == digits.Length && number <= MaxLength;
}
