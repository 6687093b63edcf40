using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace PushApp.Push;

/// <summary>
/// The validated name of a channel: one or more segments joined by <c>:</c>, such as <c>broadcast</c>, <c>user:alice</c>,
/// <c>room:lobby</c> or <c>dm:alice:bob</c>.
/// </summary>
/// <remarks>
/// <para>Letters, digits and <c>. _ - ~ @ + !</c> stand for themselves; everything else is percent-encoded as UTF-8
/// (<see href="https://www.rfc-editor.org/rfc/rfc3986#section-2.1">RFC 3986 §2.1</see>), so the raw and the encoded form name the same channel.
/// A <c>:</c> always separates segments; inside one it is written <c>%3A</c>, as <see cref="User"/> does.</para>
/// <para>Segments of <c>user:</c> and <c>dm:</c> are user names and are compared without case, as ASP.NET Core Identity compares them; the two of <c>dm:</c> are sorted, so that both
/// sides name one channel. Braces never appear raw: they are Redis' hash tags. At most <see cref="MaxLength"/> characters when encoded.</para>
/// </remarks>
public readonly struct ChannelName : IEquatable<ChannelName>
{
    /// <summary>The longest encoded name, in characters (all of them ASCII).</summary>
    public const int MaxLength = 200;

    private static readonly SearchValues<char> Unreserved =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-~@+!");

    private readonly string? _value;

    private ChannelName(string value) => _value = value;

    /// <summary>The channel every page may read.</summary>
    public static ChannelName Broadcast { get; } = new("broadcast");

    /// <summary>The channel of the nodes' own figures (<c>connections</c>, <c>requests</c>, <c>uptime</c>).</summary>
    public static ChannelName Stats { get; } = new("stats");

    /// <summary>The encoded name; empty for <c>default</c>, which is no channel.</summary>
    public string Value => _value ?? "";

    /// <summary>The kind of channel: its first segment.</summary>
    public ReadOnlySpan<char> Prefix => Value.AsSpan(0, Value.IndexOf(':') is var at and >= 0 ? at : Value.Length);

    /// <summary>The name with its variable segments named, so that spans and metrics keep few names, as in <c>user:{userName}</c>.</summary>
    public string Template => Prefix switch
    {
        "user" => "user:{userName}",
        "room" => "room:{name}",
        "dm" => "dm:{a}:{b}",
        _ when Value.Contains(':') => string.Concat(Prefix, ":{name}"),
        _ => Value,
    };

    /// <summary>The channel that one user alone reads. User names are compared without case.</summary>
    /// <param name="userName">Any non-empty name; it is encoded.</param>
    /// <exception cref="ArgumentException">The name is empty or too long.</exception>
    public static ChannelName User(string userName) => Of("user", userName);

    /// <summary>Likewise; false for a name that is too long for a channel, or none.</summary>
    internal static bool TryUser(string userName, out ChannelName name) => TryCreate(["user", userName], out name, out _);

    /// <summary>The channel of a room.</summary>
    /// <exception cref="ArgumentException">The name is empty or too long.</exception>
    public static ChannelName Room(string name) => Of("room", name);

    /// <summary>The channel of two users, whichever is named first.</summary>
    /// <exception cref="ArgumentException">A name is empty or both are too long.</exception>
    public static ChannelName Direct(string userName, string otherUserName) => Of("dm", userName, otherUserName);

    /// <summary>Builds a name of raw segments; a <c>:</c> in one is encoded.</summary>
    /// <exception cref="ArgumentException">A segment is empty or the name is too long.</exception>
    public static ChannelName Of(params ReadOnlySpan<string> segments)
    {
        return TryCreate(segments, out var name, out var error) ? name : throw new ArgumentException(error, nameof(segments));
    }

    /// <summary>Reads a raw or an encoded name.</summary>
    /// <exception cref="FormatException">The text is no channel name; the message says why and gives an example.</exception>
    public static ChannelName Parse(string text) =>
        TryParse(text, out var name, out var error) ? name : throw new FormatException(error);

    /// <summary>Reads a raw or an encoded name.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ChannelName name) => TryParse(text, out name, out _);

    /// <summary>Reads a raw or an encoded name, and says in <paramref name="error"/> what is wrong with one that is none.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ChannelName name, [NotNullWhen(false)] out string? error)
    {
        name = default;
        if (string.IsNullOrEmpty(text))
        {
            error = "A channel needs a name, such as 'broadcast' or 'user:alice'.";
            return false;
        }

        // Bounds the work before anything is decoded. A text may encode more than it must, as encodeURIComponent does with '@': three characters where one would do.
        if (text.Length > MaxLength * 3)
        {
            error = $"A channel name has at most {MaxLength} characters when encoded; this text has {text.Length}.";
            return false;
        }

        var segments = text.Split(':');
        for (var i = 0; i < segments.Length; i++)
        {
            if (!TryDecode(segments[i], out segments[i]!))
            {
                error = $"'{text}' is no channel name: its percent-encoding is not UTF-8. Encode it as in 'user:j%C3%BCrgen'.";
                return false;
            }
        }

        return TryCreate(segments, out name, out error);
    }

    private static bool TryCreate(ReadOnlySpan<string> segments, out ChannelName name, [NotNullWhen(false)] out string? error)
    {
        name = default;
        foreach (var segment in segments)
        {
            if (string.IsNullOrEmpty(segment))
            {
                error = "A channel name has no empty segment: write 'user:alice', not 'user:' or 'user::alice'.";
                return false;
            }
        }

        var kind = segments.Length > 0 ? segments[0] : "";
        if (segments.Length == 0 || (kind == "user" && segments.Length != 2) || (kind == "dm" && segments.Length != 3))
        {
            error = "A user's channel is 'user:{name}' and that of two users 'dm:{name}:{name}'; write a ':' inside a name as '%3A'.";
            return false;
        }

        var encoded = new string[segments.Length];
        for (var i = 0; i < segments.Length; i++)
        {
            var isUserName = i > 0 && (kind is "user" or "dm");
            if (!TryEncode(isUserName ? UserNameCase.Fold(segments[i]) : segments[i], out encoded[i]!))
            {
                error = "A channel name is valid Unicode text; this one holds half of a surrogate pair.";
                return false;
            }
        }

        if (kind == "dm" && string.CompareOrdinal(encoded[1], encoded[2]) > 0)
        {
            (encoded[1], encoded[2]) = (encoded[2], encoded[1]);
        }

        var value = string.Join(':', encoded);
        if (value.Length > MaxLength)
        {
            error = $"A channel name has at most {MaxLength} characters when encoded; this one has {value.Length}.";
            return false;
        }

        name = new ChannelName(value);
        error = null;
        return true;
    }

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static bool TryDecode(string segment, [NotNullWhen(true)] out string? decoded)
    {
        decoded = segment;
        if (!segment.Contains('%'))
        {
            return true;
        }

        var bytes = new ArrayBufferWriter<byte>(segment.Length * 3);
        for (var i = 0; i < segment.Length; i++)
        {
            if (segment[i] == '%' && i + 2 < segment.Length && byte.TryParse(segment.AsSpan(i + 1, 2), System.Globalization.NumberStyles.AllowHexSpecifier, null, out var value))
            {
                bytes.Write([value]);
                i += 2;
            }
            else
            {
                // A raw '%' that starts no escape stands for itself.
                var length = char.IsHighSurrogate(segment[i]) && i + 1 < segment.Length ? 2 : 1;
                try
                {
                    bytes.Write(StrictUtf8.GetBytes(segment, i, length));
                }
                catch (EncoderFallbackException)
                {
                    return false;
                }

                i += length - 1;
            }
        }

        try
        {
            decoded = StrictUtf8.GetString(bytes.WrittenSpan);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    private static bool TryEncode(string segment, [NotNullWhen(true)] out string? encoded)
    {
        encoded = segment;
        if (segment.AsSpan().IndexOfAnyExcept(Unreserved) < 0)
        {
            return true;
        }

        byte[] bytes;
        try
        {
            bytes = StrictUtf8.GetBytes(segment);
        }
        catch (EncoderFallbackException)
        {
            encoded = null;
            return false;
        }

        var text = new StringBuilder(bytes.Length * 3);
        foreach (var value in bytes)
        {
            if (Unreserved.Contains((char)value))
            {
                text.Append((char)value);
            }
            else
            {
                text.Append('%').Append(value.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
            }
        }

        encoded = text.ToString();
        return true;
    }

    /// <summary>The decoded segments, for an authorizer that decides by what they name.</summary>
    public string[] GetSegments()
    {
        var segments = Value.Split(':');
        for (var i = 0; i < segments.Length; i++)
        {
            segments[i] = Uri.UnescapeDataString(segments[i]);
        }

        return segments;
    }

    /// <inheritdoc/>
    public bool Equals(ChannelName other) => string.Equals(Value, other.Value, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is ChannelName other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Value;

    /// <summary>Whether two names are the same channel.</summary>
    public static bool operator ==(ChannelName left, ChannelName right) => left.Equals(right);

    /// <summary>Whether two names are different channels.</summary>
    public static bool operator !=(ChannelName left, ChannelName right) => !left.Equals(right);

    /// <summary>Reads a name, as <see cref="Parse"/> does.</summary>
    /// <exception cref="FormatException">The text is no channel name.</exception>
    public static implicit operator ChannelName(string text) => Parse(text);
}
