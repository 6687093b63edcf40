namespace PushApp.Dashboard.Store;

/// <summary>How much came, how much is kept, and how much was dropped for newer.</summary>
internal readonly record struct StoreCounts(long Received, long Dropped, int Kept);
