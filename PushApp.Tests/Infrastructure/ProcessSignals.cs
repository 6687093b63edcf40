using System.Runtime.InteropServices;

namespace PushApp.Tests.Infrastructure;

/// <summary>Signals to a process by its id, whoever started it.</summary>
internal static partial class ProcessSignals
{
    /// <summary>Stops it in its tracks (SIGSTOP), as a machine that hangs; when this returns, none of its threads runs. On Linux alone.</summary>
    public static void Freeze(int id)
    {
        _ = Send(id, 19);

        // The signal is only noted: a thread stops when it next leaves the kernel, and may have taken a file's lock by then.
        if (!SpinWait.SpinUntil(() => HasStopped(id), TimeSpan.FromSeconds(30)))
        {
            throw new TimeoutException($"Process {id} goes on after SIGSTOP.");
        }
    }

    /// <summary>Lets it go on after <see cref="Freeze"/> (SIGCONT).</summary>
    public static void Thaw(int id) => _ = Send(id, 18);

    /// <summary>Sends a signal by its Linux number; 0 when there was somebody to take it.</summary>
    [LibraryImport("libc", EntryPoint = "kill")]
    public static partial int Send(int id, int signal);

    // https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: the state follows the name, which may hold anything.
    private static bool HasStopped(int id)
    {
        try
        {
            return Directory.GetDirectories($"/proc/{id}/task").Select(thread => File.ReadAllText(Path.Combine(thread, "stat"))).All(stat => stat[stat.LastIndexOf(')') + 2] is 'T' or 't' or 'Z' or 'X');
        }
        catch (DirectoryNotFoundException) when (!Directory.Exists($"/proc/{id}"))
        {
            // It has ended, and runs no more either.
            return true;
        }
        catch (IOException)
        {
            // A thread, or the process, ended meanwhile: the next look tells.
            return false;
        }
    }
}
