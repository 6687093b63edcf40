using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace PushApp.Tests.Infrastructure;

/// <summary>A program that a test runs, with its output kept. It ends with the test process, however that ends.</summary>
public sealed class ChildProcess : IAsyncDisposable
{
    // The child's process group is killed as soon as the pipe to the test process breaks; a line on it says that all is well.
    // The program keeps the shell's pid, and its own exit code.
    private const string Watchdog = """( ( read -r bye || kill -s KILL -- -$$ ) <&3 >/dev/null 2>&1 & ) 3<&0; exec "$@" 3<&- </dev/null""";

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();

    private ChildProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>What it wrote so far, both streams.</summary>
    public string Output => string.Join('\n', _output);

    /// <summary>Starts a program. A variable that is null is taken out of the environment.</summary>
    public static ChildProcess Start(string program, IEnumerable<string> arguments, string workingDirectory, IReadOnlyDictionary<string, string?>? environment = null)
    {
        var start = new ProcessStartInfo
        {
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

        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
        {
            if (value is null)
            {
                start.Environment.Remove(name);
            }
            else
            {
                start.Environment[name] = value;
            }
        }

        var child = new ChildProcess(new Process { StartInfo = start, EnableRaisingEvents = true });
        child._process.OutputDataReceived += child.Keep;
        child._process.ErrorDataReceived += child.Keep;
        child._process.Exited += (_, _) => child.ReleaseWatchdog();
        child._process.Start();
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Starts <c>dotnet X.dll</c> of a project of this solution, in that project's folder.</summary>
    public static ChildProcess StartProject(string project, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null) =>
        Start(DotNet, [BuiltProject.Dll(project), .. arguments], BuiltProject.Folder(project), environment);

    /// <summary>The dotnet program that runs these tests.</summary>
    public static string DotNet { get; } = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));

    /// <summary>SIGKILL: it ends without a chance to do anything.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, then waits for the end.</summary>
    public async Task StopAsync(TimeSpan? timeout = null)
    {
        Signal(15);
        await WaitForExitAsync(timeout);
    }

    public async Task WaitForExitAsync(TimeSpan? timeout = null)
    {
        using var limit = new CancellationTokenSource(timeout ?? TimeSpan.FromSeconds(30));
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"Process {Id} did not end in time. Its output:\n{Output}");
        }
    }

    /// <inheritdoc cref="ProcessSignals.Freeze"/>
    public void Freeze()
    {
        if (!_process.HasExited)
        {
            ProcessSignals.Freeze(Id);
        }
    }

    /// <summary>Lets it go on after <see cref="Freeze"/> (SIGCONT).</summary>
    public void Thaw() => Signal(18);

    /// <summary>Sends a signal by its Linux number; one that has ended takes none.</summary>
    public void Signal(int signal)
    {
        if (!_process.HasExited)
        {
            _ = ProcessSignals.Send(Id, signal);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is { } text)
        {
            _output.Enqueue(text);
        }
    }

    private void ReleaseWatchdog()
    {
        try
        {
            _process.StandardInput.WriteLine("bye");
            _process.StandardInput.Close();
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The watchdog went with its group.
        }
    }
}
