using System.Collections.Concurrent;
using System.Diagnostics;
using PushApp.Bench.CommandLine;
using PushApp.Bench.Native;

namespace PushApp.Bench.Processes;

/// <summary>
/// A process of its own on a core of its own. It ends with this object: its standard input closes first (what we start ends at that, so nothing is left
/// when this program is killed), then it is killed by its id.
/// </summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private const int KeptLines = 20;

    // Bound to one core, .NET waits ten times as long as elsewhere, a second without anything new instead of a tenth, before it compiles for speed what is in use
    // (CoreCLR, TC_DelaySingleProcMultiplier): half a minute would go by until a server is what it is on any machine with two cores.
    private const string CompilesAsOnManyCores = "DOTNET_TC_DelaySingleProcMultiplier";

    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lastLines = new();
    private readonly TaskCompletionSource<string> _firstLine = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ChildProcess(string name, Process process)
    {
        Name = name;
        _process = process;
    }

    public string Name { get; }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Starts a program.</summary>
    /// <param name="name">What it is called in messages.</param>
    /// <param name="core">The core it is bound to; null leaves it free.</param>
    /// <param name="fileName">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Variables to set beside the inherited ones.</param>
    public static ChildProcess Start(
        string name, int? core, string fileName, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(fileName, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment[CompilesAsOnManyCores] = "1";
        foreach (var (key, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[key] = value;
        }

        var process = new Process { StartInfo = start };
        var child = new ChildProcess(name, process);
        process.OutputDataReceived += (_, line) => child.OnLine(line.Data, isOutput: true);
        process.ErrorDataReceived += (_, line) => child.OnLine(line.Data, isOutput: false);
        try
        {
            if (core is { } number)
            {
                CpuAffinity.RunOn(number, () => process.Start());
            }
            else
            {
                process.Start();
            }
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            process.Dispose();
            throw new BenchFailureException($"{name} could not be started ({fileName}): {exception.Message}", exception);
        }

        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Starts this program again, with another command.</summary>
    public static ChildProcess StartSelf(string name, int core, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var path = Environment.ProcessPath ?? throw new BenchFailureException("The path of this program is not known.");
        return Path.GetFileNameWithoutExtension(path) == "dotnet"
            ? Start(name, core, path, [typeof(ChildProcess).Assembly.Location, .. arguments], environment)
            : Start(name, core, path, arguments, environment);
    }

    /// <summary>The first line that it prints: how what we start says that it is ready.</summary>
    public async Task<string> FirstLineAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            return await _firstLine.Task.WaitAsync(timeout, cancellationToken);
        }
        catch (TimeoutException exception)
        {
            throw Failure($"was not ready within {timeout.TotalSeconds:0} s", exception);
        }
    }

    /// <summary>A failure with the last lines that the process printed.</summary>
    public BenchFailureException Failure(string what, Exception? innerException = null) =>
        new($"{Name} {what}.{(_lastLines.IsEmpty ? "" : Environment.NewLine + string.Join(Environment.NewLine, _lastLines.Select(line => "    " + line)))}", innerException);

    /// <summary>SIGKILL, as a machine that fails would do it.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.StandardInput.Close();
            using var patience = new CancellationTokenSource(StopTimeout);
            try
            {
                await _process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
                await _process.WaitForExitAsync();
            }
        }

        _process.Dispose();
    }

    private void OnLine(string? line, bool isOutput)
    {
        if (line is null)
        {
            if (isOutput)
            {
                _ = _firstLine.TrySetException(Failure("ended before it was ready"));
            }

            return;
        }

        _lastLines.Enqueue(line);
        while (_lastLines.Count > KeptLines && _lastLines.TryDequeue(out _))
        {
        }

        if (isOutput)
        {
            _ = _firstLine.TrySetResult(line);
        }
    }
}
