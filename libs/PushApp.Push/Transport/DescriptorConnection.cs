using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace PushApp.Push.Transport;

/// <summary>
/// A connection under Kestrel: two pipes and a descriptor. Received in the poller's thread when something is there, sent in turn with the poller's other connections (<see cref="SendScheduler"/>); nothing
/// waits in a task of its own while it is quiet but the one that reads the response's pipe.
/// </summary>
internal sealed partial class DescriptorConnection
    : ConnectionContext, IConnectionIdFeature, IConnectionTransportFeature, IConnectionItemsFeature, IConnectionLifetimeFeature, IConnectionEndPointFeature, IMemoryPoolFeature,
        IHandOverFeature, IReadinessHandler
{
    private static long _lastId = DateTime.UtcNow.Ticks;

    // Guards receiving, and who owns the descriptor.
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _closed = new();
    private readonly TaskCompletionSource _closedFired = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Descriptor _descriptor;
    private readonly Duplex _original;
    private readonly PipeWriter _input;
    private readonly PipeReader _output;
    private readonly ILogger _logger;
    private string? _id;
    private IDictionary<object, object?>? _items;
    private Task _sending = Task.CompletedTask;
    private Exception? _shutdownReason;
    private bool _isShutdown;
    private bool _isTaken;
    private int _closedQueued;

    public DescriptorConnection(Descriptor descriptor, MemoryPool<byte> pool, TransportSettings settings, PipeScheduler sending, EndPoint? local, EndPoint? remote, ILogger logger)
    {
        _descriptor = descriptor;
        MemoryPool = pool;
        _logger = logger;
        LocalEndPoint = local;
        RemoteEndPoint = remote;
        ConnectionClosed = _closed.Token;
        UpgradesAreCounted = settings.UpgradesAreCounted;

        // The server's code never runs in the poller's thread, nor in the one that sends.
        var input = new Pipe(new PipeOptions(
            pool, PipeScheduler.ThreadPool, PipeScheduler.ThreadPool, settings.MaxRead, settings.MaxRead / 2, useSynchronizationContext: false));
        var output = new Pipe(new PipeOptions(
            pool, sending, PipeScheduler.ThreadPool, settings.MaxWrite, settings.MaxWrite / 2, useSynchronizationContext: false));
        _input = input.Writer;
        _output = output.Reader;
        _original = new Duplex(input.Reader, output.Writer);
        Transport = _original;

        Features = new FeatureCollection(16);
        Features.Set<IConnectionIdFeature>(this);
        Features.Set<IConnectionTransportFeature>(this);
        Features.Set<IConnectionItemsFeature>(this);
        Features.Set<IConnectionLifetimeFeature>(this);
        Features.Set<IConnectionEndPointFeature>(this);
        Features.Set<IMemoryPoolFeature>(this);
        Features.Set<IHandOverFeature>(this);
    }

    public override IFeatureCollection Features { get; }

    public MemoryPool<byte> MemoryPool { get; }

    public override IDuplexPipe Transport { get; set; }

    public override string ConnectionId
    {
        get => _id ??= Interlocked.Increment(ref _lastId).ToString("X13", System.Globalization.CultureInfo.InvariantCulture);
        set => _id = value;
    }

    public override IDictionary<object, object?> Items
    {
        get => _items ??= new ConnectionItems();
        set => _items = value;
    }

    /// <summary>Begins to receive and to send.</summary>
    public void Start()
    {
        _sending = SendAsync();
        _descriptor.Watch(this, Readiness.Readable | Readiness.Writable | Readiness.PeerClosed);
    }

    public void OnReady(Readiness readiness)
    {
        if ((readiness & (Readiness.Writable | Readiness.Failed | Readiness.HungUp)) != 0)
        {
            _writable.Set();
        }

        if ((readiness & (Readiness.Readable | Readiness.Ended)) != 0)
        {
            Receive((readiness & Readiness.Ended) != 0);
        }
    }

    public override void Abort() => Abort(new ConnectionAbortedException());

    public override void Abort(ConnectionAbortedException abortReason)
    {
        Shutdown(abortReason);
        _output.CancelPendingRead();
        _writable.Set();
    }

    public override async ValueTask DisposeAsync()
    {
        await _original.Input.CompleteAsync().ConfigureAwait(false);
        await _original.Output.CompleteAsync().ConfigureAwait(false);
        await _sending.ConfigureAwait(false);
        await _closedFired.Task.ConfigureAwait(false);
        _closed.Dispose();
        await base.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Ends it for both sides, once, and releases the descriptor unless that was taken.</summary>
    private void Shutdown(Exception? reason)
    {
        lock (_gate)
        {
            if (_isShutdown)
            {
                return;
            }

            _isShutdown = true;
            _shutdownReason = reason ?? new ConnectionAbortedException("The response was sent and the connection closed.");
            CompleteInput(_shutdownReason);
            if (!_isTaken)
            {
                if (reason is null)
                {
                    _descriptor.Shutdown(Libc.ShutdownBoth);
                }
                else
                {
                    // As Kestrel's own does: a client must not take what was cut short for whole.
                    _descriptor.ResetAtClose();
                }

                _descriptor.Dispose();
            }
        }

        FireClosed();
    }

    /// <summary>Tells those who registered with <see cref="BaseConnectionContext.ConnectionClosed"/>; not here and now, since that runs their code.</summary>
    private void FireClosed()
    {
        if (Interlocked.Exchange(ref _closedQueued, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static connection => connection.CancelClosed(), this, preferLocal: false);
        }
    }

    private void CancelClosed()
    {
        try
        {
            _closed.Cancel();
        }
        catch (AggregateException error)
        {
            // Of who registered: the connection ends all the same.
            RegistrationFailed(_logger, ConnectionId, error);
        }
        finally
        {
            _closedFired.TrySetResult();
        }
    }

    private static IOException ToException(int error) => error switch
    {
        Libc.ErrorConnectionReset or Libc.ErrorBrokenPipe or Libc.ErrorTimedOut => new ConnectionResetException(Marshal.GetPInvokeErrorMessage(error)),
        _ => new IOException(Marshal.GetPInvokeErrorMessage(error)),
    };

    [LoggerMessage(61, LogLevel.Error, "What was registered for the end of connection {ConnectionId} failed.")]
    private static partial void RegistrationFailed(ILogger logger, string connectionId, Exception error);

    [LoggerMessage(62, LogLevel.Debug, "Connection {ConnectionId} was reset.")]
    private static partial void ConnectionReset(ILogger logger, string connectionId, Exception error);

    private sealed class Duplex(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input { get; } = input;

        public PipeWriter Output { get; } = output;
    }
}

/// <summary>What the connections of an endpoint have in common.</summary>
/// <param name="MaxRead">The most that a connection's pipe holds of what its client sent, in bytes; 0 for no bound.</param>
/// <param name="MaxWrite">The most that it holds of what is to be sent.</param>
/// <param name="UpgradesAreCounted">Of <see cref="IHandOverFeature"/>.</param>
internal readonly record struct TransportSettings(long MaxRead, long MaxWrite, bool UpgradesAreCounted);
