using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Security.Cryptography;
using PushApp.Bench.CommandLine;
using StackExchange.Redis;

namespace PushApp.Bench.Processes;

/// <summary>A broker on a free port of loopback, with a password and a data folder of its own; killed and started again on the same two when asked.</summary>
internal sealed class BrokerProcess : IAsyncDisposable
{
    // A broker, and a service, ends at a signal, not with its input. The shell between sends it that signal when this program ends, however it ends, and says the
    // process' id first.
    internal const string Guard =
        """exec 3<&0; "$@" </dev/null & child=$!; echo "$child"; (cat <&3; kill "$child") >/dev/null 2>&1 & wait "$child" """;

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(90);

    private static readonly string[] DurableRedis = ["--appendonly", "yes", "--appendfsync", "always"];
    private static readonly string[] VolatileRedis = ["--appendonly", "no"];

    private readonly BrokerKind _kind;
    private readonly int? _core;
    private readonly bool _durable;
    private readonly int _port = FreePort();
    private readonly string _password = RandomNumberGenerator.GetHexString(24, lowercase: true);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pushapp-bench-broker-");
    private ChildProcess? _guard;

    private BrokerProcess(BrokerKind kind, int? core, bool durable)
    {
        _kind = kind;
        _core = core;
        _durable = durable;
    }

    /// <summary>The broker's own process, not the shell above it.</summary>
    public int Id { get; private set; }

    public string DataFolder => _folder.FullName;

    public string ConnectionString => $"127.0.0.1:{_port},password={_password}";

    /// <summary>The same for clients on Node.</summary>
    public string Url => string.Create(CultureInfo.InvariantCulture, $"redis://:{_password}@127.0.0.1:{_port}");

    /// <summary>Whether such a broker can be started here; Garnet is built with this program.</summary>
    public static bool IsInstalled(BrokerKind kind) => kind == BrokerKind.Garnet || Programs.Find("redis-server") is not null;

    /// <summary>Starts a broker and waits until it answers.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="core">The core it is bound to; null leaves it free.</param>
    /// <param name="durable">Whether redis-server writes each change to disk before it answers; Garnet's own log is always on.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<BrokerProcess> StartAsync(BrokerKind kind, int? core, bool durable, CancellationToken cancellationToken)
    {
        var broker = new BrokerProcess(kind, core, durable);
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

    /// <summary>Starts it, again if it was killed before, and waits until it answers.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        string[] command = _kind == BrokerKind.Garnet
            ? ["dotnet", GarnetHost(), "--port", Text(_port), "--data-dir", DataFolder]
            : ["redis-server", "--bind", "127.0.0.1", "--port", Text(_port), "--requirepass", _password, "--dir", DataFolder, "--save", "", .. _durable ? DurableRedis : VolatileRedis];
        _guard = ChildProcess.Start(
            _kind == BrokerKind.Garnet ? "The Garnet broker" : "redis-server",
            _core,
            "/bin/sh",
            ["-c", Guard, "sh", .. command],
            new Dictionary<string, string> { ["PUSHAPP_BROKER_PASSWORD"] = _password });
        Id = int.Parse(await _guard.FirstLineAsync(StartTimeout, cancellationToken), CultureInfo.InvariantCulture);

        var started = Stopwatch.GetTimestamp();
        while (!await AnswersAsync())
        {
            if (_guard.HasExited)
            {
                throw _guard.Failure("ended while it started");
            }

            if (Stopwatch.GetElapsedTime(started) > StartTimeout)
            {
                throw _guard.Failure($"did not answer within {StartTimeout.TotalSeconds:0} s");
            }

            await Task.Delay(50, cancellationToken);
        }
    }

    /// <summary>SIGKILL: nothing is flushed.</summary>
    public async Task KillAsync()
    {
        if (_guard is null)
        {
            return;
        }

        using (var process = Process.GetProcessById(Id))
        {
            process.Kill();
        }

        await _guard.DisposeAsync();
        _guard = null;
    }

    /// <summary>SIGTERM: it writes what it has and ends.</summary>
    public async Task StopAsync()
    {
        if (_guard is not null)
        {
            await _guard.DisposeAsync();
            _guard = null;
        }
    }

    /// <summary>Name and version, as it says itself.</summary>
    public async Task<string> VersionAsync()
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync(ConnectionString + ",allowAdmin=true");
        var lines = ((string?)await connection.GetDatabase().ExecuteAsync("INFO", "server") ?? "").Split("\r\n");
        return Value("garnet_version:") is { } garnet ? $"Garnet {garnet}" : $"redis-server {Value("redis_version:")}";

        string? Value(string name) => lines.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?[name.Length..];
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Delete(recursive: true);
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await using var connection = await ConnectionMultiplexer.ConnectAsync(ConnectionString + ",connectTimeout=1000,connectRetry=0");
            await connection.GetDatabase().PingAsync();
            return true;
        }
        catch (RedisException)
        {
            // Not yet: it listens only when its data is read. The caller bounds how often this is asked.
            return false;
        }
    }

    private static string GarnetHost() =>
        typeof(BrokerProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(item => item.Key == "PushApp.Broker")?.Value is { } path && File.Exists(path)
            ? path
            : throw new BenchFailureException("PushApp.Broker is not built. Build it: dotnet build -c Release local/PushApp.Broker");

    internal static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
