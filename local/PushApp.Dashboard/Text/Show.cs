using System.Globalization;
using PushApp.Dashboard.Store;

namespace PushApp.Dashboard.Text;

/// <summary>Numbers, times and durations as people read them.</summary>
internal static class Show
{
    public static string Duration(TimeSpan duration) => duration switch
    {
        { TotalMicroseconds: < 1000 } => Text($"{duration.TotalMicroseconds:0.#} µs"),
        { TotalMilliseconds: < 1000 } => Text($"{duration.TotalMilliseconds:0.##} ms"),
        { TotalSeconds: < 60 } => Text($"{duration.TotalSeconds:0.##} s"),
        { TotalMinutes: < 60 } => Text($"{(int)duration.TotalMinutes} min {duration.Seconds} s"),
        { TotalHours: < 24 } => Text($"{(int)duration.TotalHours} h {duration.Minutes} min"),
        _ => Text($"{(int)duration.TotalDays} d {duration.Hours} h"),
    };

    /// <summary>The beginning of a trace's id, enough to tell those of a page apart.</summary>
    public static string ShortId(string id) => id[..Math.Min(7, id.Length)];

    public static string Duration(ulong start, ulong end) => Duration(Nanoseconds.Between(start, end));

    /// <summary>Time of day, in this machine's zone, to the millisecond; with the date when it is another day.</summary>
    public static string Time(DateTimeOffset time, DateTimeOffset now)
    {
        var local = time.ToLocalTime();
        return local.ToString(local.Date == now.ToLocalTime().Date ? "HH:mm:ss.fff" : "yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);
    }

    /// <summary>The same, to the second.</summary>
    public static string Seconds(DateTimeOffset time, DateTimeOffset now) => Time(time, now)[..^4];

    public static string Time(ulong nanoseconds, DateTimeOffset now) => Time(Nanoseconds.ToTime(nanoseconds), now);

    public static string Number(double value) => value switch
    {
        _ when !double.IsFinite(value) => "–",
        0 => "0",
        _ when Math.Abs(value) >= 1e9 => Text($"{value / 1e9:0.##} G"),
        _ when Math.Abs(value) >= 1e6 => Text($"{value / 1e6:0.##} M"),
        _ when Math.Abs(value) >= 1e4 => Text($"{value / 1e3:0.#} k"),
        _ when Math.Abs(value) >= 1 => Text($"{value:0.##}"),
        _ => Text($"{value:0.####}"),
    };

    public static string Count(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    public static string Percent(double value) => Text($"{value:0.###}%");

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
