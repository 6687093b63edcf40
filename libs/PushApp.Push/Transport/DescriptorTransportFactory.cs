using System.Buffers;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace PushApp.Push.Transport;

/// <summary>
/// The transport under Kestrel that lets long streams be handed over: for TCP endpoints on Linux. Everything else (unix sockets, file handles, other systems, the option
/// off) is left to Kestrel's own.
/// </summary>
internal sealed class DescriptorTransportFactory : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private const string PoolOwner = "push";

    private readonly SocketTransportFactory _kestrels;
    private readonly SocketTransportOptions _sockets;
    private readonly IOptions<KestrelServerOptions> _server;
    private readonly IOptions<PushOptions> _options;
    private readonly DescriptorPollers _pollers;
    private readonly IServiceProvider _services;
    private readonly ILogger<DescriptorTransportFactory> _logger;
    private readonly DescriptorCount _count = new();

    public DescriptorTransportFactory(
        IOptions<SocketTransportOptions> sockets, IOptions<KestrelServerOptions> server, IOptions<PushOptions> options, DescriptorPollers pollers, IServiceProvider services,
        ILoggerFactory loggers)
    {
        // Kestrel registers its own only where no other is registered yet, so what is not ours goes to one of our own making.
        _kestrels = new SocketTransportFactory(sockets, loggers);
        _sockets = sockets.Value;
        _server = server;
        _options = options;
        _pollers = pollers;
        _services = services;
        _logger = loggers.CreateLogger<DescriptorTransportFactory>();
    }

    public bool CanBind(EndPoint endpoint) => _kestrels.CanBind(endpoint);

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        if (endpoint is not IPEndPoint || !OperatingSystem.IsLinux() || !Environment.Is64BitProcess || !_options.Value.Transport.HandOver)
        {
            return _kestrels.BindAsync(endpoint, cancellationToken);
        }

        // The pool of Kestrel's own transport, which gives back what a storm has left.
        var pool = _services.GetService<IMemoryPoolFactory<byte>>()?.Create(new MemoryPoolOptions { Owner = PoolOwner }) ?? MemoryPool<byte>.Shared;
        return ValueTask.FromResult<IConnectionListener>(
            new DescriptorListener(endpoint, _sockets, _server.Value.Limits, _pollers, _count, pool, _logger));
    }
}
