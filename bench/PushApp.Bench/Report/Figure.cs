using System.Globalization;

namespace PushApp.Bench.Report;

/// <summary>Numbers as the tables show them, the same on every machine.</summary>
internal static class Figure
{
    public static string Whole(double value) => value.ToString("N0", CultureInfo.InvariantCulture);

    public static string Tenths(double value) => value.ToString("N1", CultureInfo.InvariantCulture);

    public static string Hundredths(double value) => value.ToString("N2", CultureInfo.InvariantCulture);

    public static string Mebibytes(double bytes) => Tenths(bytes / (1024 * 1024));
}
