namespace PushApp.Contacts;

/// <summary>A part of a list.</summary>
/// <param name="Items">The part.</param>
/// <param name="Total">How many there are in all.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, long Total);

/// <summary>Which part of a list.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Size">1 to <see cref="MaxSize"/>.</param>
public readonly record struct PageRequest(int Number, int Size)
{
    /// <summary>The most that is given at once.</summary>
    public const int MaxSize = 200;

    /// <summary>What is given when the request does not say.</summary>
    public const int DefaultSize = 50;

    internal int Skip => (int)Math.Min(int.MaxValue, (Number - 1L) * Size);
}
