namespace PushApp.Dashboard.Store;

/// <summary>OTLP's times: nanoseconds since 1970.</summary>
internal static class Nanoseconds
{
    private const ulong PerTick = 100;

    public static DateTimeOffset ToTime(ulong nanoseconds)
    {
        // 9999 is as far as it goes; what comes from outside may say anything.
        var ticks = Math.Min(nanoseconds / PerTick, (ulong)(DateTimeOffset.MaxValue.Ticks - DateTimeOffset.UnixEpoch.Ticks));
        return new DateTimeOffset(DateTimeOffset.UnixEpoch.Ticks + (long)ticks, TimeSpan.Zero);
    }

    public static ulong Of(DateTimeOffset time) => (ulong)Math.Max(0, time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) * PerTick;

    /// <summary>Zero where the end comes first.</summary>
    public static TimeSpan Between(ulong start, ulong end) =>
        end <= start ? TimeSpan.Zero : TimeSpan.FromTicks((long)Math.Min((end - start) / PerTick, (ulong)TimeSpan.MaxValue.Ticks));
}
