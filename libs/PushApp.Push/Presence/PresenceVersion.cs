using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace PushApp.Push.Presence;

/// <summary>Where a channel's members stand: each change that is published is one more. A generation begins with the data and is lost with it.</summary>
internal readonly record struct PresenceVersion(long Generation, long Number)
{
    public static bool TryParse([NotNullWhen(true)] string? text, char separator, out PresenceVersion version)
    {
        version = default;
        if (text?.IndexOf(separator) is not { } at || at < 0
            || !long.TryParse(text.AsSpan(0, at), NumberStyles.None, CultureInfo.InvariantCulture, out var generation)
            || !long.TryParse(text.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        version = new PresenceVersion(generation, number);
        return true;
    }

    /// <summary>Whether all that lies between is known to have happened after the other: the data is the same and has not become older.</summary>
    public bool Continues(PresenceVersion other) => Generation == other.Generation && Number >= other.Number;
}
