using System.Net.Sockets;

namespace PushApp.Tests.Infrastructure;

/// <summary>One server of a <see cref="RedisCluster"/>, which can be killed and started again on the same port and data.</summary>
internal sealed class RedisClusterNode(string program, string folder, string password, TimeSpan nodeTimeout) : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private ChildProcess? _process;
    private RespClient? _client;

    public int Port { get; } = FreePort.Next();

    public int BusPort { get; } = FreePort.Next();

    /// <summary>Its name in the cluster.</summary>
    public string Id { get; set; } = "";

    public bool IsRunning => _process is { HasExited: false };

    public async Task StartAsync()
    {
        Directory.CreateDirectory(folder);
        _process = ChildProcess.Start(
            program,
            [
                "--bind", "127.0.0.1", "--port", $"{Port}", "--requirepass", password, "--masterauth", password, "--dir", folder, "--appendonly", "yes", "--appendfsync", "always", "--save", "",
                "--cluster-enabled", "yes", "--cluster-port", $"{BusPort}", "--cluster-node-timeout", $"{nodeTimeout.TotalMilliseconds}", "--repl-diskless-sync-delay", "0",
            ],
            folder);
        await Until.TrueAsync(
            async () => await RedisPing.AnswersAsync(Port, password, TestContext.Current.CancellationToken)
                || (_process.HasExited ? throw new InvalidOperationException($"A server of the cluster ended while starting:\n{_process.Output}") : false),
            "a server of the cluster answers");
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        await _process!.KillAsync();
        await CloseAsync();
    }

    public Task FreezeAsync() => Task.Run(() => _process!.Freeze());

    public void Thaw() => _process!.Thaw();

    /// <summary>Sends a command to this server alone.</summary>
    public async Task<object?> SendAsync(params string[] command)
    {
        await _gate.WaitAsync();
        try
        {
            _client ??= await RespClient.ConnectAsync(Port, password);
            return await _client.SendAsync(command);
        }
        catch (Exception error) when (error is IOException or SocketException)
        {
            _client = null;
            throw;
        }
        finally
        {
            _gate.Release();
        }
    }

    public async Task<bool> IsPrimaryAsync() => (string)((object[])(await SendAsync("ROLE"))!)[0] == "master";

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _gate.Dispose();
    }

    private async Task CloseAsync()
    {
        if (_client is not null)
        {
            await _client.DisposeAsync();
            _client = null;
        }
    }
}
