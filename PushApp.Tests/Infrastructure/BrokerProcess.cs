using System.Security.Cryptography;
using StackExchange.Redis;

namespace PushApp.Tests.Infrastructure;

/// <summary>
/// A broker of the test's own: a process on a free port, with a password and a data folder, that can be killed and started again on the same port and data.
/// </summary>
public sealed class BrokerProcess : IAsyncDisposable
{
    private readonly TempFolder _folder;
    private ChildProcess? _process;

    private BrokerProcess(BrokerKind kind)
    {
        Kind = kind;
        _folder = new TempFolder(kind.ToString().ToLowerInvariant());
        Directory.CreateDirectory(DataDirectory);
    }

    public BrokerKind Kind { get; }

    public int Port { get; } = FreePort.Next();

    public string Password { get; } = RandomNumberGenerator.GetHexString(24, lowercase: true);

    /// <summary>What goes into <c>ConnectionStrings__redis</c>.</summary>
    public string ConnectionString => $"127.0.0.1:{Port},password={Password}";

    /// <summary>Copy it away, delete it, put it back, while the broker is down: a broker that comes back older, or empty.</summary>
    public string DataDirectory => _folder.Combine("data");

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>The running process, for signals (<see cref="ChildProcess.Freeze"/>) and output.</summary>
    public ChildProcess Process => _process ?? throw new InvalidOperationException("The broker is not running.");

    /// <summary>Starts a broker and waits until it answers. Skips the test where redis-server is wanted and missing (fails it in CI).</summary>
    public static async Task<BrokerProcess> StartAsync(BrokerKind kind, CancellationToken cancellationToken = default)
    {
        var broker = new BrokerProcess(kind);
        try
        {
            await broker.StartAsync(cancellationToken);
            return broker;
        }
        catch
        {
            await broker.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it again after <see cref="KillAsync"/> or <see cref="StopAsync"/>, on the same port and data, and waits until it answers.</summary>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (IsRunning)
        {
            return;
        }

        _process = Kind switch
        {
            BrokerKind.Garnet => ChildProcess.StartProject(
                "PushApp.Broker",
                ["--port", $"{Port}", "--data-dir", DataDirectory],
                new Dictionary<string, string?> { ["PUSHAPP_BROKER_PASSWORD"] = Password }),
            _ => ChildProcess.Start(
                Prerequisite.Program("redis-server", "install Redis (or Valkey) to run the tests against it."),
                ["--bind", "127.0.0.1", "--port", $"{Port}", "--requirepass", Password, "--dir", DataDirectory, "--appendonly", "yes", "--appendfsync", "always", "--save", ""],
                DataDirectory),
        };
        await WaitUntilReadyAsync(cancellationToken);
    }

    /// <summary>Opens a connection of the caller's own.</summary>
    public async Task<ConnectionMultiplexer> ConnectAsync(Action<ConfigurationOptions>? configure = null)
    {
        var options = ConfigurationOptions.Parse(ConnectionString);
        options.AbortOnConnectFail = false;
        configure?.Invoke(options);
        return await ConnectionMultiplexer.ConnectAsync(options);
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        await Process.KillAsync();
        await Process.DisposeAsync();
        _process = null;
    }

    /// <summary>SIGTERM.</summary>
    public async Task StopAsync()
    {
        await Process.StopAsync();
        await Process.DisposeAsync();
        _process = null;
    }

    /// <summary><see cref="KillAsync"/> and <see cref="StartAsync(CancellationToken)"/>.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken = default)
    {
        await KillAsync();
        await StartAsync(cancellationToken);
    }

    /// <summary>Forgets everything, as a broker whose disk was lost. Only while it is down.</summary>
    public void EraseData()
    {
        if (IsRunning)
        {
            throw new InvalidOperationException("Stop or kill the broker before its data is erased.");
        }

        Directory.Delete(DataDirectory, recursive: true);
        Directory.CreateDirectory(DataDirectory);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _folder.Dispose();
    }

    private async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        var patience = TimeSpan.FromSeconds(60);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        await Until.TrueAsync(
            async () => await RedisPing.AnswersAsync(Port, Password, limit.Token)
                || (Process.HasExited ? throw new InvalidOperationException($"The {Kind} broker ended while starting:\n{Process.Output}") : false),
            $"the {Kind} broker answers",
            patience);
    }
}
