using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PushApp.Push.Redis;
using StackExchange.Redis;

namespace PushApp.Push.Presence;

/// <summary>Presence on this node. Begins with the first who enters: a process that only looks has no lease.</summary>
internal sealed class PresenceService : IPresence, IHostedService, IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    private readonly RedisPresence _store;
    private readonly RedisConnection _redis;
    private readonly RedisKeys _keys;
    private readonly PresenceOptions _options;
    private readonly TimeSpan _drainSpread;
    private readonly TimeProvider _time;
    private readonly ILogger<PresenceService> _logger;
    private readonly PresenceTable _table;
    private readonly PresenceLease _lease;
    private readonly PresenceWriter _writer;
    private readonly CancellationTokenSource _stopped = new();
    private readonly ConcurrentDictionary<PresenceView, bool> _views = new();
    private readonly Lock _lock = new();
    private Task? _running;
    private int _isDisposed;

    public PresenceService(RedisPresence store, RedisConnection redis, RedisKeys keys, IOptions<PushOptions> options, TimeProvider time, ILogger<PresenceService> logger)
    {
        _store = store;
        _redis = redis;
        _keys = keys;
        _options = options.Value.Presence;
        _drainSpread = options.Value.Streams.DrainSpread;
        _time = time;
        _logger = logger;
        _table = new PresenceTable(_options.Grace, time);
        _lease = new PresenceLease(store, _table, _options, time, logger);
        _writer = new PresenceWriter(store, _table, _lease, time, logger);
        _table.Changed = _writer.Signal;
    }

    public async ValueTask<IPresenceEntry> EnterAsync(ChannelName channel, string userName, PresenceState state, CancellationToken cancellationToken)
    {
        var (entry, told) = Enter(channel, userName, state);
        try
        {
            await told.WaitAsync(LongestWait, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // It follows when the broker is back.
        }
        catch (OperationCanceledException)
        {
            entry.Dispose();
            throw;
        }

        return entry;
    }

    /// <summary>Adds a connection without waiting for the broker.</summary>
    /// <returns>It, and what completes when the broker knows.</returns>
    public (IPresenceEntry Entry, Task Told) Enter(ChannelName channel, string userName, PresenceState state)
    {
        if (channel == default)
        {
            throw new ArgumentException("Name the channel to enter, such as 'room:lobby'.", nameof(channel));
        }

        if (state is not (PresenceState.Online or PresenceState.Away))
        {
            throw new ArgumentException($"Nobody can enter as {state}; enter as Online or Away.", nameof(state));
        }

        EnsureStarted();
        return _table.Enter(channel, userName, state);
    }

    public async ValueTask<IReadOnlyList<PresenceMember>> ListAsync(ChannelName channel, CancellationToken cancellationToken)
    {
        var snapshot = await ReadAsync(channel, _store.ReadAsync(channel), cancellationToken).ConfigureAwait(false);
        return [.. snapshot.Members.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => member.Value)];
    }

    public async ValueTask<bool> IsInAsync(ChannelName channel, string userName, CancellationToken cancellationToken) =>
        await ReadAsync(channel, _store.ContainsAsync(channel, RedisPresence.Field(userName)), cancellationToken).ConfigureAwait(false);

    private static async Task<T> ReadAsync<T>(ChannelName channel, Task<T> reading, CancellationToken cancellationToken)
    {
        try
        {
            return await reading.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (BrokerErrors.IsPassing(error))
        {
            throw new BrokerUnavailableException($"Who is in '{channel}' cannot be read: the broker does not answer.", error);
        }
    }

    public async ValueTask<IPresenceView> WatchAsync(ChannelName channel, Action<PresenceMember> onChange, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(onChange);
        var view = new PresenceView(channel, onChange, _store, _redis, _keys, _options, _time, _logger) { Ended = ended => _views.TryRemove(ended, out _) };
        _views[view] = true;
        view.Start();
        try
        {
            await view.Ready.WaitAsync(LongestWait, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // It fills when the broker is back.
        }
        catch (OperationCanceledException)
        {
            await view.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        return view;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(_views.Keys.Select(view => view.DisposeAsync().AsTask())).ConfigureAwait(false);
        await _stopped.CancelAsync().ConfigureAwait(false);
        Task? running;
        lock (_lock)
        {
            running = _running;
        }

        if (running is not null)
        {
            _redis.Multiplexer.ConnectionFailed -= OnConnectionFailed;
            _redis.Multiplexer.ConnectionRestored -= OnConnectionRestored;
            await running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _lease.RetireAsync(_options.Grace + _drainSpread).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            // It is registered under several names, each of which disposes of it.
            return;
        }

        // A host whose stop failed, or ran out of time, may never have stopped it.
        _stopped.Cancel();
        _stopped.Dispose();
        _lease.Dispose();
        _writer.Dispose();
    }

    private void EnsureStarted()
    {
        if (Volatile.Read(ref _running) is not null)
        {
            return;
        }

        lock (_lock)
        {
            if (_running is null && !_stopped.IsCancellationRequested)
            {
                _redis.Multiplexer.ConnectionFailed += OnConnectionFailed;
                _redis.Multiplexer.ConnectionRestored += OnConnectionRestored;
                _running = Task.WhenAll(Background.Run(() => _lease.RunAsync(_stopped.Token)), Background.Run(() => _writer.RunAsync(_stopped.Token)));
            }
        }
    }

    private void OnConnectionFailed(object? sender, ConnectionFailedEventArgs change) => _lease.BrokerWasLost();

    private void OnConnectionRestored(object? sender, ConnectionFailedEventArgs change)
    {
        // What was told last may not have arrived, or is lost with the broker's data.
        _lease.BrokerWasLost();
        _table.TellAll();
    }
}
