namespace PushApp.SocketIO.Engine;

/// <summary>
/// One string for texts that many clients have alike (<c>User-Agent</c>, <c>Host</c>, a room), so that a server which keeps them for each client keeps them once. What is seldom is let go of by what comes
/// after it; so it stays small whatever clients send. Thread-safe.
/// </summary>
internal sealed class TextPool
{
    // Longer ones are seldom alike.
    private const int LongestText = 512;
    private const int Places = 1024;

    private readonly string?[] _texts = new string?[Places];

    public static TextPool Shared { get; } = new();

    /// <summary>The same text; where it was seen lately, the very string.</summary>
    public string Get(string text)
    {
        if (text.Length is 0 or > LongestText)
        {
            return text;
        }

        // The hash is seeded per process: nobody chooses what meets whose place.
        ref var place = ref _texts[(uint)text.GetHashCode() % Places];
        if (Volatile.Read(ref place) is { } known && string.Equals(known, text, StringComparison.Ordinal))
        {
            return known;
        }

        Volatile.Write(ref place, text);
        return text;
    }
}
