using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace PushApp.LocalHosting.Processes;

/// <summary>
/// A program of the app. It ends with this process, however this process ends: on Linux the program leads a process group of its own, and a watchdog in
/// that group reads a pipe that this process holds. When the pipe breaks, the watchdog kills the group. On other systems only an orderly end is covered.
/// </summary>
internal sealed partial class ChildProcess
{
    private const int Terminate = 15;
    private const int KillSignal = 9;

    // The shell becomes the program, so pid and exit code are the program's own. $$ is the shell's pid, and with setsid its group.
    private const string Watchdog = """( ( read -r bye || kill -s KILL -- -$$ ) <&3 >/dev/null 2>&1 & ) 3<&0; exec "$@" 3<&- </dev/null""";

    private readonly Process _process;

    private ChildProcess(Process process) => _process = process;

    public int Id => _process.Id;

    /// <summary>Its end was asked for.</summary>
    public bool StopRequested { get; private set; }

    /// <summary>Completes with the exit code when the program has ended and its output was read.</summary>
    public required Task<int> Ended { get; init; }

    /// <summary>Starts a program; each line it writes goes to <paramref name="output"/> (true: standard error).</summary>
    /// <exception cref="Win32Exception">There is no such program, or it may not be run.</exception>
    public static ChildProcess Start(string program, IEnumerable<string> arguments, string workingDirectory, IReadOnlyDictionary<string, string> environment, Action<string, bool> output)
    {
        var start = new ProcessStartInfo
        {
            // Never inherit "/": configuration watchers would take seconds to walk it.
            WorkingDirectory = workingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (OperatingSystem.IsLinux())
        {
            start.FileName = "setsid";
            foreach (var argument in (string[])["/bin/sh", "-c", Watchdog, "sh", program])
            {
                start.ArgumentList.Add(argument);
            }
        }
        else
        {
            start.FileName = program;
        }

        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment.Clear();
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.OutputDataReceived += (_, line) => Pass(line.Data, isError: false);
        process.ErrorDataReceived += (_, line) => Pass(line.Data, isError: true);

        // When the program has ended, what it left behind in its group goes too: the watchdog sees the pipe close.
        process.Exited += (_, _) => process.StandardInput.Close();
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new ChildProcess(process) { Ended = WaitAsync(process) };

        void Pass(string? line, bool isError)
        {
            if (line is not null)
            {
                output(line, isError);
            }
        }
    }

    /// <summary>Asks it to end, and kills it with its descendants when it has not ended after <paramref name="patience"/>, or when <paramref name="hurry"/> is cancelled.</summary>
    public async Task StopAsync(TimeSpan patience, CancellationToken hurry)
    {
        if (Ended.IsCompleted)
        {
            return;
        }

        StopRequested = true;
        if (OperatingSystem.IsWindows())
        {
            // A process without a window has nothing there that could be asked.
            _process.Kill(entireProcessTree: true);
        }
        else
        {
            _ = Kill(Id, Terminate);
        }

        try
        {
            await Ended.WaitAsync(patience, hurry).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            KillAll();
            await Ended.ConfigureAwait(false);
        }
    }

    private static async Task<int> WaitAsync(Process process)
    {
        await process.WaitForExitAsync().ConfigureAwait(false);
        return process.ExitCode;
    }

    private void KillAll()
    {
        if (OperatingSystem.IsLinux())
        {
            _ = Kill(-Id, KillSignal);
        }
        else
        {
            _process.Kill(entireProcessTree: true);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}
