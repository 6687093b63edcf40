using System.Buffers.Text;
using System.Security.Cryptography;

namespace PushApp.SocketIO.Engine.Security;

/// <summary>
/// Ids of nodes and sessions: 8 characters (48 bits) that are the node's, new at each of its starts, then 22 characters (128 bits) of the session's own; all from a cryptographic generator,
/// in the URL alphabet of base64 (https://www.rfc-editor.org/rfc/rfc4648#section-5). Those of protocol 3, which its clients take for their sockets' ids too, begin with <see cref="LegacyMark"/>: so
/// nobody's room is taken for one.
/// </summary>
internal static class SessionId
{
    public const int NodeLength = 8;

    public const char LegacyMark = '~';

    private const int Length = NodeLength + 22;

    public static string NewNode() => Random(6);

    public static string New(string node, int protocol) => protocol == 3 ? LegacyMark + node + Random(16) : node + Random(16);

    /// <summary>Whether the text is (or could be) the id of a session of protocol 3.</summary>
    public static bool IsLegacy(ReadOnlySpan<char> text) => text is [LegacyMark, .. var id] && IsId(id);

    /// <summary>The node's part. False where the text cannot be a session's id.</summary>
    public static bool TryGetNode(string text, out string node)
    {
        var id = text is [LegacyMark, ..] ? text.AsSpan(1) : text;
        var isId = IsId(id);
        node = isId ? id[..NodeLength].ToString() : "";
        return isId;
    }

    private static bool IsId(ReadOnlySpan<char> text) => text.Length == Length && !text.ContainsAnyExcept(Alphabet);

    private static readonly System.Buffers.SearchValues<char> Alphabet =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    private static string Random(int bytes)
    {
        Span<byte> random = stackalloc byte[bytes];
        RandomNumberGenerator.Fill(random);
        return Base64Url.EncodeToString(random);
    }
}
