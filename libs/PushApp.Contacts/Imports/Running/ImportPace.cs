namespace PushApp.Contacts;

/// <summary>How fast an import goes, measured from where this run took it up.</summary>
internal sealed class ImportPace(TimeProvider time, long firstRow, long firstByte)
{
    // Earlier figures would be noise.
    private static readonly TimeSpan Settled = TimeSpan.FromMilliseconds(250);

    private readonly long _started = time.GetTimestamp();

    /// <summary>Rows a second and seconds left; null while unknown.</summary>
    public (long? RowsPerSecond, long? SecondsLeft) At(long rows, long bytes, long bytesTotal)
    {
        var elapsed = time.GetElapsedTime(_started);
        if (elapsed < Settled || bytes <= firstByte)
        {
            return (null, null);
        }

        var bytesPerSecond = (bytes - firstByte) / elapsed.TotalSeconds;
        return ((long)Math.Round((rows - firstRow) / elapsed.TotalSeconds), (long)Math.Ceiling((bytesTotal - bytes) / bytesPerSecond));
    }
}
