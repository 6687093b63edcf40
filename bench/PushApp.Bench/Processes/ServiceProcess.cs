using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using PushApp.Bench.CommandLine;

namespace PushApp.Bench.Processes;

/// <summary>One of the app's services as a process, configured by nothing but its environment.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private readonly ChildProcess _guard;

    private ServiceProcess(ChildProcess guard, int id)
    {
        _guard = guard;
        Id = id;
    }

    public int Id { get; }

    /// <summary>CPU time since its start, user and kernel.</summary>
    public TimeSpan CpuTime
    {
        get
        {
            using var process = Process.GetProcessById(Id);
            return process.TotalProcessorTime;
        }
    }

    /// <summary>Starts a service from its build's output.</summary>
    /// <param name="project">Its project, such as <c>PushApp.Web</c>.</param>
    /// <param name="environment">Its settings.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<ServiceProcess> StartAsync(string project, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        var guard = ChildProcess.Start(project, core: null, "/bin/sh", ["-c", BrokerProcess.Guard, "sh", "dotnet", Dll(project)], environment);
        try
        {
            return new ServiceProcess(guard, int.Parse(await guard.FirstLineAsync(TimeSpan.FromSeconds(30), cancellationToken), CultureInfo.InvariantCulture));
        }
        catch
        {
            await guard.DisposeAsync();
            throw;
        }
    }

    /// <summary>A failure with the last lines that the service printed.</summary>
    public BenchFailureException Failure(string what, Exception? innerException = null) => _guard.Failure(what, innerException);

    public ValueTask DisposeAsync() => _guard.DisposeAsync();

    private static string Dll(string project) =>
        typeof(ServiceProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(item => item.Key == project)?.Value is { } path && File.Exists(path)
            ? path
            : throw new BenchFailureException($"{project} is not built. Build it: dotnet build -c Release {project}");
}
