using System.Net;
using PushApp.Bench.Native;
using PushApp.Bench.Processes;

namespace PushApp.Bench.Targets;

/// <summary>A started server, with what publishes to it and what carries the events.</summary>
internal sealed class RunningTarget : IAsyncDisposable
{
    private readonly IAsyncDisposable _server;
    private readonly ChildProcess? _publisher;
    private readonly BrokerProcess? _broker;
    private readonly ControlConnection _serverControl;
    private readonly ControlConnection? _publisherControl;

    private RunningTarget(
        IAsyncDisposable server, int serverId, ControlConnection serverControl, int port, ChildProcess? publisher, ControlConnection? publisherControl, BrokerProcess? broker)
    {
        _server = server;
        ServerId = serverId;
        _serverControl = serverControl;
        _publisher = publisher;
        _publisherControl = publisherControl;
        _broker = broker;
        EndPoint = new IPEndPoint(IPAddress.Loopback, port);
    }

    public IPEndPoint EndPoint { get; }

    public int ServerId { get; }

    public bool HasBroker => _broker is not null;

    /// <summary>A server in which the events enter.</summary>
    public static Task<RunningTarget> AloneAsync(ChildProcess server, CancellationToken cancellationToken) =>
        CreateAsync(server, null, null, cancellationToken);

    /// <summary>A server that events reach from a process of their own, over a broker. All three end with the result, or here if something fails.</summary>
    public static async Task<RunningTarget> CreateAsync(
        ChildProcess server, ChildProcess? publisher, BrokerProcess? broker, CancellationToken cancellationToken)
    {
        try
        {
            var ready = await ReadyLine.ReadAsync(server, cancellationToken);
            var control = await ControlConnection.ConnectAsync(ready.Control, cancellationToken);
            var publisherControl = publisher is null
                ? null
                : await ControlConnection.ConnectAsync((await ReadyLine.ReadAsync(publisher, cancellationToken)).Control, cancellationToken);
            return new RunningTarget(server, server.Id, control, ready.Port, publisher, publisherControl, broker);
        }
        catch
        {
            await EndAsync(server, publisher, broker);
            throw;
        }
    }

    /// <summary>A server that knows nothing of this program: a process of ours publishes to it and tells its figures. Both end with the result, or here if something fails.</summary>
    /// <param name="server">The server.</param>
    /// <param name="findId">The process whose time and memory count, once it answers.</param>
    /// <param name="publisher">Prints its line when the server answers.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<RunningTarget> ForeignAsync(IAsyncDisposable server, Func<int> findId, ChildProcess publisher, CancellationToken cancellationToken)
    {
        try
        {
            var ready = await ReadyLine.ReadAsync(publisher, cancellationToken);
            return new RunningTarget(
                server, findId(), await ControlConnection.ConnectAsync(ready.Control, cancellationToken), ready.Port, publisher, await ControlConnection.ConnectAsync(ready.Control, cancellationToken), broker: null);
        }
        catch
        {
            await EndAsync(server, publisher, broker: null);
            throw;
        }
    }

    /// <summary>Has the next event published.</summary>
    public void Publish() => (_publisherControl ?? _serverControl).Publish();

    public ServerFigures ServerFigures(bool collect = false) => _serverControl.Figures(collect);

    /// <summary>CPU time and counters of every process, as of now.</summary>
    public TargetReading Read()
    {
        if (_publisherControl?.Figures() is { Fault: { } fault })
        {
            throw _publisher!.Failure($"could not publish: {fault}");
        }

        return new TargetReading(
            CpuClock.OfProcess(ServerId),
            _publisher is null ? 0 : CpuClock.OfProcess(_publisher.Id),
            _broker is null ? 0 : CpuClock.OfProcess(_broker.Id),
            ServerFigures());
    }

    public async ValueTask DisposeAsync()
    {
        _serverControl.Dispose();
        _publisherControl?.Dispose();
        await EndAsync(_server, _publisher, _broker);
    }

    private static async Task EndAsync(IAsyncDisposable server, ChildProcess? publisher, BrokerProcess? broker)
    {
        if (publisher is not null)
        {
            await publisher.DisposeAsync();
        }

        await server.DisposeAsync();
        if (broker is not null)
        {
            await broker.DisposeAsync();
        }
    }
}

/// <summary>CPU nanoseconds since each process began, and the server's own figures.</summary>
internal sealed record TargetReading(long ServerCpu, long PublisherCpu, long BrokerCpu, ServerFigures Figures);
