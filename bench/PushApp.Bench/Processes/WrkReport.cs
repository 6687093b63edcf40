using System.Globalization;
using System.Text.RegularExpressions;
using PushApp.Bench.CommandLine;

namespace PushApp.Bench.Processes;

/// <summary>What wrk says.</summary>
/// <param name="Requests">Answered requests.</param>
/// <param name="MedianMilliseconds">From a request to its answer.</param>
/// <param name="SlowMilliseconds">The same, 99 of 100.</param>
internal sealed partial record WrkReport(long Requests, double MedianMilliseconds, double SlowMilliseconds)
{
    /// <summary>Reads what it printed.</summary>
    /// <exception cref="BenchFailureException">A request failed, or the report is not one.</exception>
    public static WrkReport Parse(string text)
    {
        if (text.Contains("Socket errors:", StringComparison.Ordinal) || text.Contains("Non-2xx", StringComparison.Ordinal))
        {
            throw new BenchFailureException($"Not every request was answered with success:\n{text}");
        }

        var requests = RequestsLine().Match(text);
        return requests.Success
            ? new WrkReport(long.Parse(requests.Groups[1].Value, CultureInfo.InvariantCulture), Milliseconds(text, "50"), Milliseconds(text, "99"))
            : throw new BenchFailureException($"wrk did not report what it did:\n{text}");
    }

    private static double Milliseconds(string text, string percentile)
    {
        var match = Regex.Match(text, $@"^\s+{percentile}%\s+([\d.]+)(us|ms|s)\s*$", RegexOptions.Multiline | RegexOptions.CultureInvariant);
        var unit = match.Groups[2].Value switch
        {
            "us" => 0.001,
            "ms" => 1,
            "s" => 1000,
            _ => throw new BenchFailureException($"wrk did not report how long requests took:\n{text}"),
        };
        return double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) * unit;
    }

    [GeneratedRegex(@"^\s*(\d+) requests in ", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex RequestsLine();
}
