using System.Net;
using PushApp.Bench.Native;
using PushApp.Bench.Processes;

namespace PushApp.Bench.Targets;

/// <summary>A started server, of one node or several, with what publishes to it and what carries the events.</summary>
internal sealed class RunningTarget : IAsyncDisposable
{
    private readonly IReadOnlyList<IAsyncDisposable> _servers;
    private readonly IReadOnlyList<int> _serverIds;
    private readonly IReadOnlyList<ControlConnection> _serverControls;
    private readonly ChildProcess? _publisher;
    private readonly ControlConnection? _publisherControl;

    private RunningTarget(
        IReadOnlyList<IAsyncDisposable> servers,
        IReadOnlyList<int> serverIds,
        IReadOnlyList<ControlConnection> serverControls,
        IEnumerable<int> ports,
        ChildProcess? publisher,
        ControlConnection? publisherControl,
        BrokerProcess? broker)
    {
        _servers = servers;
        _serverIds = serverIds;
        _serverControls = serverControls;
        _publisher = publisher;
        _publisherControl = publisherControl;
        Broker = broker;
        EndPoints = [.. ports.Select(port => new IPEndPoint(IPAddress.Loopback, port))];
    }

    /// <summary>Where the nodes serve.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints { get; }

    /// <summary>What carries the events, where anything does.</summary>
    public BrokerProcess? Broker { get; }

    /// <summary>A server in which the events enter.</summary>
    public static Task<RunningTarget> AloneAsync(ChildProcess server, CancellationToken cancellationToken) =>
        CreateAsync([server], null, null, cancellationToken);

    /// <summary>Servers that events reach from a process of their own, over a broker. All end with the result, or here if something fails.</summary>
    public static async Task<RunningTarget> CreateAsync(
        IReadOnlyList<ChildProcess> servers, ChildProcess? publisher, BrokerProcess? broker, CancellationToken cancellationToken)
    {
        try
        {
            var ready = await Task.WhenAll(servers.Select(server => ReadyLine.ReadAsync(server, cancellationToken)));
            var controls = await Task.WhenAll(ready.Select(line => ControlConnection.ConnectAsync(line.Control, cancellationToken)));
            var publisherControl = publisher is null
                ? null
                : await ControlConnection.ConnectAsync((await ReadyLine.ReadAsync(publisher, cancellationToken)).Control, cancellationToken);
            return new RunningTarget(servers, [.. servers.Select(server => server.Id)], controls, ready.Select(line => line.Port), publisher, publisherControl, broker);
        }
        catch
        {
            await EndAsync(servers, publisher, broker);
            throw;
        }
    }

    /// <summary>A server that knows nothing of this program: a process of ours publishes to it and tells its figures. Both end with the result, or here if something fails.</summary>
    /// <param name="server">The server.</param>
    /// <param name="findIds">The processes whose time and memory count, once it answers.</param>
    /// <param name="publisher">Prints its line when the server answers.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<RunningTarget> ForeignAsync(
        IAsyncDisposable server, Func<IReadOnlyList<int>> findIds, ChildProcess publisher, CancellationToken cancellationToken)
    {
        try
        {
            var ready = await ReadyLine.ReadAsync(publisher, cancellationToken);
            return new RunningTarget(
                [server],
                findIds(),
                [await ControlConnection.ConnectAsync(ready.Control, cancellationToken)],
                [ready.Port],
                publisher,
                await ControlConnection.ConnectAsync(ready.Control, cancellationToken),
                broker: null);
        }
        catch
        {
            await EndAsync([server], publisher, broker: null);
            throw;
        }
    }

    /// <summary>Has the next event published.</summary>
    public void Publish() => (_publisherControl ?? _serverControls[0]).Publish();

    /// <summary>The figures of all nodes together.</summary>
    public ServerFigures ServerFigures(bool collect = false) =>
        _serverControls.Select(control => control.Figures(collect)).Aggregate((all, one) => new ServerFigures(
            all.Connections + one.Connections,
            all.AllocatedBytes + one.AllocatedBytes,
            all.HeapBytes + one.HeapBytes,
            all.Collections + one.Collections,
            all.Published + one.Published,
            all.Fault ?? one.Fault));

    /// <summary>CPU nanoseconds of all nodes together, since each began.</summary>
    public long ServerCpu() => _serverIds.Sum(CpuClock.OfProcess);

    /// <summary>Memory of all nodes together.</summary>
    public long ServerResidentBytes() => _serverIds.Sum(id => ProcessMemory.Read(id).ResidentBytes);

    /// <summary>CPU time and counters of every process, as of now.</summary>
    public TargetReading Read()
    {
        if (_publisherControl?.Figures() is { Fault: { } fault })
        {
            throw _publisher!.Failure($"could not publish: {fault}");
        }

        return new TargetReading(
            ServerCpu(),
            _publisher is null ? 0 : CpuClock.OfProcess(_publisher.Id),
            Broker is null ? 0 : CpuClock.OfProcess(Broker.Id),
            ServerFigures());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var control in _serverControls)
        {
            control.Dispose();
        }

        _publisherControl?.Dispose();
        await EndAsync(_servers, _publisher, Broker);
    }

    private static async Task EndAsync(IReadOnlyList<IAsyncDisposable> servers, ChildProcess? publisher, BrokerProcess? broker)
    {
        if (publisher is not null)
        {
            await publisher.DisposeAsync();
        }

        foreach (var server in servers)
        {
            await server.DisposeAsync();
        }

        if (broker is not null)
        {
            await broker.DisposeAsync();
        }
    }
}

/// <summary>CPU nanoseconds since each process began, and the server's own figures.</summary>
internal sealed record TargetReading(long ServerCpu, long PublisherCpu, long BrokerCpu, ServerFigures Figures);
