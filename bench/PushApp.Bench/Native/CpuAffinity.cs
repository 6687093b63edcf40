using System.ComponentModel;
using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace PushApp.Bench.Native;

/// <summary>Which cores run what: sched_setaffinity(2), inherited by threads and processes started afterwards.</summary>
internal static unsafe class CpuAffinity
{
    private const int MaskBytes = 128;

    /// <summary>The cores that this process was given at its start: a command that follows another in one run finds the same, though the first pinned the process.</summary>
    public static IReadOnlyList<int> Available { get; } = ReadOwn();

    /// <summary>Moves every thread of this process to one core.</summary>
    public static void PinThisProcess(int core)
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc/self/task"))
        {
            _ = TrySet(int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture), core);
        }

        Set(0, core);
    }

    /// <summary>
    /// Runs something on a thread bound to a core. A process started there is bound to it from its first instruction, so that its runtime counts one
    /// processor and starts all its threads on it.
    /// </summary>
    public static void RunOn(int core, Action action)
    {
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                Set(0, core);
                action();
            }
            catch (Exception exception)
            {
                // Rethrown below, on the thread that asked.
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
    }

    private static List<int> ReadOwn()
    {
        var mask = stackalloc byte[MaskBytes];
        if (Libc.GetAffinity(0, MaskBytes, mask) < 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), "sched_getaffinity failed");
        }

        var cores = new List<int>();
        for (var core = 0; core < MaskBytes * 8; core++)
        {
            if ((mask[core / 8] & (1 << (core % 8))) != 0)
            {
                cores.Add(core);
            }
        }

        return cores;
    }

    private static void Set(int thread, int core)
    {
        if (!TrySet(thread, core))
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"Core {core} cannot be chosen");
        }
    }

    private static bool TrySet(int thread, int core)
    {
        var mask = stackalloc byte[MaskBytes];
        new Span<byte>(mask, MaskBytes).Clear();
        mask[core / 8] = (byte)(1 << (core % 8));
        return Libc.SetAffinity(thread, MaskBytes, mask) == 0;
    }
}
