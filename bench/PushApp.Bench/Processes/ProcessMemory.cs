using System.Globalization;

namespace PushApp.Bench.Processes;

/// <summary>A process' memory, from /proc/pid/status (<see href="https://man7.org/linux/man-pages/man5/proc_pid_status.5.html">proc_pid_status(5)</see>).</summary>
/// <param name="ResidentBytes">Memory in use now.</param>
/// <param name="PeakResidentBytes">The most it ever was.</param>
internal readonly record struct ProcessMemory(long ResidentBytes, long PeakResidentBytes)
{
    public static ProcessMemory Read(int processId)
    {
        long resident = 0, peak = 0;
        foreach (var line in File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/status")))
        {
            if (line.StartsWith("VmRSS:", StringComparison.Ordinal))
            {
                resident = Kibibytes(line);
            }
            else if (line.StartsWith("VmHWM:", StringComparison.Ordinal))
            {
                peak = Kibibytes(line);
            }
        }

        return new ProcessMemory(resident, peak);
    }

    private static long Kibibytes(string line) =>
        1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
}
