using PushApp.Push.Redis;

namespace PushApp.Push.History;

/// <summary>Whether what was read from a log continues a position.</summary>
internal static class LogLinks
{
    /// <summary>
    /// Cuts <paramref name="entries"/> (consecutive, read after <paramref name="position"/>'s sequence) to those that came after it.
    /// False when the log does not bear the position out: it was trimmed away, belongs to another log, or was made up.
    /// </summary>
    public static bool TrySkipTo(Position position, ref Span<LogEntry> entries)
    {
        if (entries.Length > 0 && entries[0].Position == position)
        {
            entries = entries[1..];
            return true;
        }

        return entries.Length > 0 && entries[0].Position.Sequence == position.Sequence + 1 && entries[0].PreviousTag == position.Tag;
    }
}
