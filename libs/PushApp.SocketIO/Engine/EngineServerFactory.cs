using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace PushApp.SocketIO.Engine;

/// <summary>Makes the servers of a node, one for each mapped path, and stops them with the node.</summary>
internal sealed class EngineServerFactory : IHostedService, IDisposable
{
    // Sessions cut a client that does not close its side after 2 s; this is for what that may take on a busy machine.
    private static readonly TimeSpan LongestLeaving = TimeSpan.FromSeconds(5);

    private readonly EngineServices _services;
    private readonly EngineOptions _options;
    private readonly Lock _lock = new();
    private readonly List<EngineServer> _servers = [];
    private readonly CancellationTokenRegistration _stopping;
    private bool _isStopping;

    public EngineServerFactory(EngineServices services, IOptions<SocketIOOptions> options, IHostApplicationLifetime lifetime)
    {
        _services = services;
        _options = options.Value.Engine;

        // Before the server waits for its requests to end, which polls and WebSockets do by this.
        _stopping = lifetime.ApplicationStopping.Register(Stop);
    }

    /// <summary>Open sessions of all paths.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _servers.Sum(server => server.Count);
            }
        }
    }

    /// <summary>A server for a path.</summary>
    /// <param name="listeners">Makes the layer above of each session.</param>
    /// <param name="options">Other settings than those of the configuration.</param>
    public EngineServer Create(Func<IEngineListener> listeners, EngineOptions? options = null)
    {
        var server = new EngineServer(_services, options ?? _options, listeners);
        lock (_lock)
        {
            _servers.Add(server);
            if (_isStopping)
            {
                server.Stop();
            }
        }

        return server;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Waits, before the transport ends, until WebSockets that were handed over have sent what was queued, and their close.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        Task[] leaving;
        lock (_lock)
        {
            leaving = [.. _servers.Select(server => server.WhenLeftAsync())];
        }

        await Task.WhenAll(leaving).WaitAsync(LongestLeaving, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose()
    {
        _stopping.Dispose();
        foreach (var server in _servers)
        {
            server.Dispose();
        }
    }

    private void Stop()
    {
        lock (_lock)
        {
            _isStopping = true;
            foreach (var server in _servers)
            {
                server.Stop();
            }
        }
    }
}
