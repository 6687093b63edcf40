using System.Diagnostics.CodeAnalysis;

namespace PushApp.Push;

/// <summary>A channel's name, or a prefix of encoded names that ends in <c>*</c>.</summary>
internal static class ChannelPattern
{
    /// <summary>Whether a pattern names a channel. A pattern that is none names nothing.</summary>
    public static bool Matches(string pattern, ChannelName channel)
    {
        if (pattern.EndsWith('*'))
        {
            return channel.Value.AsSpan().StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.Ordinal);
        }

        // Most patterns are written as the channel is; only the others (user:Alice, user:jürgen) need reading.
        return string.Equals(pattern, channel.Value, StringComparison.Ordinal)
            || (ChannelName.TryParse(pattern, out var name) && name == channel);
    }

    /// <summary>Whether a pattern can name a channel, and if not, what to write.</summary>
    public static bool IsValid(string? pattern, [NotNullWhen(false)] out string? error)
    {
        error = null;
        if (string.IsNullOrEmpty(pattern))
        {
            error = "a pattern is empty; write a channel's name, or a prefix that ends in '*', as in 'user:*'.";
        }
        else if (!pattern.EndsWith('*'))
        {
            if (!ChannelName.TryParse(pattern, out _, out error))
            {
                error = $"'{pattern}' is no pattern. {error}";
            }
        }
        else if (pattern.Length > 1 && (!ChannelName.TryParse(Complete(pattern), out var name) || name.Value != Complete(pattern)))
        {
            error = $"'{pattern}' is no pattern: a prefix is written as the encoded names begin (other than letters, digits and '. _ - ~ @ + !' percent-encoded, user names in lower case), as in 'user:*' or 'room:a%20*'.";
        }

        return error is null;
    }

    /// <summary>The shortest name that begins as the pattern does and is longer: a prefix is well written when that is an encoded name as it stands.</summary>
    private static string Complete(string pattern)
    {
        var prefix = pattern[..^1];
        // dm:{a}:{b} are sorted and both needed: 'dm:', 'dm:a' and 'dm:a:' are completed with the name that sorts last.
        return prefix.StartsWith("dm:", StringComparison.Ordinal) && !prefix.AsSpan(3).Contains(':') ? prefix + "0:~" : prefix + '~';
    }
}
