using System.Globalization;
using System.Runtime.InteropServices;
using PushApp.Bench.Targets;

namespace PushApp.Bench.Report;

/// <summary>What a reader must know to judge the figures. No host names and no paths.</summary>
internal static class MachineFacts
{
    // What the runtime counted at its start, before this process was bound to one core.
    private static readonly int Cores = Environment.ProcessorCount;

    /// <summary>Date, machine and the versions of what took part in a comparison.</summary>
    public static async Task<string> DescribeAsync(IReadOnlyList<Target> targets, TargetSettings settings, CancellationToken cancellationToken) =>
        Describe([.. await Versions.ReadAsync(targets, settings, cancellationToken)]);

    /// <summary>Date, machine and the versions given.</summary>
    public static string Describe(params IReadOnlyList<string> versions)
    {
        var build = IsOptimized ? "" : " **A Debug build: these figures mean nothing.**";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC; {Processor()}, {Cores} cores, {MemoryGibibytes():0} GiB; {Kernel()} ({RuntimeInformation.RuntimeIdentifier}); {string.Join(", ", [RuntimeInformation.FrameworkDescription, .. versions])}.{build}");
    }

    private static bool IsOptimized =>
#if DEBUG
        false;
#else
        true;
#endif

    private static string Processor() => Line("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString();

    private static string Kernel() => "Linux " + File.ReadAllText("/proc/sys/kernel/osrelease").Trim();

    private static double MemoryGibibytes() =>
        Line("/proc/meminfo", "MemTotal") is { } text ? double.Parse(text.Split(' ')[0], CultureInfo.InvariantCulture) / (1024 * 1024) : 0;

    private static string? Line(string file, string name) =>
        File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[1].Trim();
}
