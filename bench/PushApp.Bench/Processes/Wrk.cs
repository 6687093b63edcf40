using System.Globalization;
using PushApp.Bench.CommandLine;

namespace PushApp.Bench.Processes;

/// <summary>wrk, a public load tool for HTTP: keeps a number of connections busy with one request after the other.</summary>
internal static class Wrk
{
    /// <summary>Sends requests for a while, on this process' core.</summary>
    /// <exception cref="BenchFailureException">It is not installed, or a request failed.</exception>
    public static async Task<WrkReport> RunAsync(Uri address, int connections, TimeSpan duration, CancellationToken cancellationToken) => WrkReport.Parse(await ProgramOutput.ReadAsync(
        Program, ["-t1", $"-c{Number(connections)}", $"-d{Number((int)duration.TotalSeconds)}s", "--latency", address.ToString()], cancellationToken));

    /// <exception cref="BenchFailureException">It is not installed.</exception>
    public static async Task<string> VersionAsync(CancellationToken cancellationToken) =>
        string.Join(' ', (await ProgramOutput.ReadAsync(Program, ["-v"], cancellationToken)).Split(' ').Take(2));

    private static string Program => Programs.Find("wrk") ?? throw new BenchFailureException("wrk is not on PATH: install it (apt-get install wrk).");

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
