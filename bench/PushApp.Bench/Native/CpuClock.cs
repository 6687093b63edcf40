using System.ComponentModel;
using System.Runtime.InteropServices;

namespace PushApp.Bench.Native;

/// <summary>CPU time in nanoseconds, user and kernel together.</summary>
internal static unsafe class CpuClock
{
    /// <summary>
    /// CPU time of a whole process, threads that ended included. Linux lets any process read another's CPU clock
    /// (<see href="https://man7.org/linux/man-pages/man3/clock_getcpuclockid.3.html">clock_getcpuclockid(3)</see>): to the nanosecond, where
    /// /proc/pid/stat counts in 10 ms, and without a word from the process measured.
    /// </summary>
    public static long OfProcess(int processId) => Read((~processId << 3) | 2);

    /// <summary>CPU time of the calling thread.</summary>
    public static long OfThisThread() => Read(Libc.ClockThreadCpuTime);

    private static long Read(int clock)
    {
        var time = stackalloc long[2];
        return Libc.ClockGetTime(clock, time) == 0
            ? (time[0] * 1_000_000_000) + time[1]
            : throw new Win32Exception(Marshal.GetLastPInvokeError(), "The CPU time of a process could not be read; it may have ended");
    }
}
