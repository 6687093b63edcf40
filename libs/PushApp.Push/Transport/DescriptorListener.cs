using System.Buffers;
using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace PushApp.Push.Transport;

/// <summary>Listens at one endpoint: bound as Kestrel's own transport binds, accepting bare descriptors.</summary>
internal sealed partial class DescriptorListener : IConnectionListener, IReadinessHandler
{
    // Without a free descriptor the listener stays ready; trying again at once would burn a core.
    private static readonly TimeSpan Breather = TimeSpan.FromMilliseconds(100);

    private readonly Socket _socket;
    private readonly SocketTransportOptions _options;
    private readonly DescriptorPollers _pollers;
    private readonly DescriptorPoller _poller;
    private readonly DescriptorCount _count;
    private readonly MemoryPool<byte> _pool;
    private readonly ILogger _logger;
    private readonly TransportSettings _settings;
    private readonly long? _maxConnections;
    private readonly ReadySignal _ready = new();
    private readonly long _key;
    private int _unbound;
    private int _disposed;

    /// <param name="endpoint">Where to listen.</param>
    /// <param name="options">Those of Kestrel's own transport.</param>
    /// <param name="limits">Those of the server, which itself does not count the connections that were handed over.</param>
    /// <param name="pollers">Who waits for the connections.</param>
    /// <param name="count">The open ones.</param>
    /// <param name="pool">The buffers of the connections' pipes; ended with this.</param>
    /// <param name="logger">For what goes wrong at accepting.</param>
    /// <exception cref="AddressInUseException">Somebody else listens there.</exception>
    public DescriptorListener(
        EndPoint endpoint, SocketTransportOptions options, KestrelServerLimits limits, DescriptorPollers pollers, DescriptorCount count, MemoryPool<byte> pool, ILogger logger)
    {
        _options = options;
        _maxConnections = limits.MaxConcurrentConnections;
        _settings = new TransportSettings(
            options.MaxReadBufferSize ?? 0, options.MaxWriteBufferSize ?? 0, UpgradesAreCounted: limits.MaxConcurrentUpgradedConnections is not null);
        _pollers = pollers;
        _count = count;
        _pool = pool;
        _logger = logger;
        try
        {
            _socket = options.CreateBoundListenSocket(endpoint);
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new AddressInUseException(error.Message, error);
        }

        EndPoint = _socket.LocalEndPoint ?? endpoint;
        try
        {
            _socket.Blocking = false;
            _socket.Listen(options.Backlog);
            _poller = pollers.Next();
            _key = _poller.Add(_socket.SafeHandle, this, Readiness.Readable);
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    public EndPoint EndPoint { get; }

    public void OnReady(Readiness readiness) => _ready.Set();

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (Volatile.Read(ref _unbound) == 0)
        {
            int error;
            try
            {
                error = TryAccept(out var connection);
                if (connection is not null)
                {
                    return connection;
                }
            }
            catch (ObjectDisposedException)
            {
                // Unbound meanwhile.
                return null;
            }

            switch (error)
            {
                case 0 or Libc.ErrorInterrupted or Libc.ErrorConnectionAborted:
                    break;
                case Libc.ErrorAgain:
                    await _ready.WaitAsync().ConfigureAwait(false);
                    break;
                default:
                    // Out of descriptors or memory, or a network's passing error that accept(2) hands on.
                    CannotAccept(_logger, EndPoint, Marshal.GetPInvokeErrorMessage(error));
                    await Task.Delay(Breather, CancellationToken.None).ConfigureAwait(false);
                    break;
            }
        }

        return null;
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref _unbound, 1) == 0)
        {
            _poller.Remove(_key);
            _socket.Dispose();
            _ready.Set();
        }

        return default;
    }

    public async ValueTask DisposeAsync()
    {
        await UnbindAsync(CancellationToken.None).ConfigureAwait(false);
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _pool.Dispose();
        }
    }

    private int TryAccept(out ConnectionContext? connection)
    {
        connection = null;
        Span<byte> address = stackalloc byte[RawAddress.MaxLength];
        var length = address.Length;
        var number = Libc.Accept(_socket.SafeHandle, address, ref length, Libc.NonBlocking | Libc.CloseOnExec);
        if (number < 0)
        {
            return Marshal.GetLastPInvokeError();
        }

        var poller = _pollers.Next();
        var descriptor = new Descriptor(number, poller, _count);
        try
        {
            if (_count.Value > _maxConnections)
            {
                TooMany(_logger, EndPoint, _maxConnections.Value);
                descriptor.Dispose();
                return 0;
            }

            var remote = RawAddress.Read(address[..Math.Min(length, address.Length)]);
            length = address.Length;
            var local = Libc.GetName(descriptor, address, ref length) == 0 ? RawAddress.Read(address[..Math.Min(length, address.Length)]) : null;
            descriptor.SetNoDelay(_options.NoDelay);
            var accepted = new DescriptorConnection(descriptor, _pool, _settings, poller.Sending, local, remote, _logger);
            accepted.Start();
            connection = accepted;
            return 0;
        }
        catch (Win32Exception error)
        {
            // The system cannot watch it: as when it cannot accept one.
            descriptor.Dispose();
            return error.NativeErrorCode;
        }
        catch
        {
            descriptor.Dispose();
            throw;
        }
    }

    [LoggerMessage(63, LogLevel.Error, "Cannot accept a connection at {EndPoint}: {Error}. Trying again.")]
    private static partial void CannotAccept(ILogger logger, EndPoint endPoint, string error);

    [LoggerMessage(64, LogLevel.Warning, "Refused a connection at {EndPoint}: {Limit} are open, the most that Kestrel's MaxConcurrentConnections allows.")]
    private static partial void TooMany(ILogger logger, EndPoint endPoint, long limit);
}
