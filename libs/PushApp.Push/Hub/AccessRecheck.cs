using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PushApp.Push.Redis;

namespace PushApp.Push.Hub;

/// <summary>
/// Ends the streams of this node whose sign-in has ended or whose permission is gone: every few seconds, and at once for those that a hint over Redis names.
/// </summary>
internal sealed partial class AccessRecheck(
    StreamRegistry registry,
    ChannelAccessService access,
    IServiceProvider services,
    RedisConnection redis,
    RedisKeys keys,
    IOptions<PushOptions> options,
    TimeProvider time,
    ILogger<AccessRecheck> logger) : IHostedService, IAccessNotifier, IDisposable
{
    private readonly CancellationTokenSource _stopped = new();
    private readonly System.Threading.Channels.Channel<string> _hints =
        System.Threading.Channels.Channel.CreateBounded<string>(new System.Threading.Channels.BoundedChannelOptions(1000)
        {
            FullMode = System.Threading.Channels.BoundedChannelFullMode.DropWrite,
            SingleReader = true,
        });

    // Of the round under way. Kept for the next: thousands of streams, every few seconds, would leave more behind than an idle stream takes.
    private readonly List<IOpenStream> _streams = [];
    private readonly List<ChannelName> _channels = [];
    private Task _running = Task.CompletedTask;
    private int _started;
    private int _changes;

    /// <summary>
    /// How many changes of access this node has heard of. Whoever asks for permission, and only then holds the channel, notes it before he asks, for <see cref="RecheckSince"/>.
    /// </summary>
    public int Changes => Volatile.Read(ref _changes);

    public void EnsureStarted()
    {
        if (Interlocked.Exchange(ref _started, 1) == 0)
        {
            _running = Task.WhenAll(Background.Run(ListenAsync), Background.Run(RunAsync));
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopped.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async ValueTask NotifyAccessChangedAsync(string? userName, CancellationToken cancellationToken = default)
    {
        // This node needs no broker to know.
        Heard(userName ?? "");
        try
        {
            await redis.Database.PublishAsync(keys.AccessChanged, userName ?? "").ConfigureAwait(false);
        }
        catch (Exception error) when (BrokerErrors.IsPassing(error))
        {
            // The other nodes find it at their next round.
            CannotHint(logger, error);
        }
    }

    /// <summary>A permission that was lost after it was asked about, and before the channel was held, is lost all the same: the round for that change may have been over by then.</summary>
    /// <param name="changes">As <see cref="Changes"/> was before it was asked.</param>
    /// <param name="principal">Whose channel it is.</param>
    public void RecheckSince(int changes, PushPrincipal principal)
    {
        if (Changes != changes)
        {
            _hints.Writer.TryWrite(principal.UserName ?? "");
        }
    }

    public void Dispose() => _stopped.Dispose();

    private void Heard(string userName)
    {
        // Counted first: a channel that is held from here on is either seen by the round or its holder sees the count.
        Interlocked.Increment(ref _changes);
        _hints.Writer.TryWrite(userName);
    }

    private async Task ListenAsync()
    {
        while (!_stopped.IsCancellationRequested)
        {
            try
            {
                await redis.ConnectAsync().ConfigureAwait(false);
                var messages = await redis.SubscribeUnplacedAsync(keys.AccessChanged).ConfigureAwait(false);
                messages.OnMessage(message => Heard((string?)message.Message ?? ""));
                return;
            }
            catch (Exception error) when (!_stopped.IsCancellationRequested)
            {
                // Whatever it is, also what does not pass by itself, as a permission that is missing: somebody may mend it while this runs.
                CannotListen(logger, error);
            }

            await Task.Delay(options.Value.Streams.RecheckInterval, time, _stopped.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task RunAsync()
    {
        var interval = options.Value.Streams.RecheckInterval;
        using var timer = new PeriodicTimer(interval, time);
        var tick = timer.WaitForNextTickAsync(_stopped.Token).AsTask();
        var hint = _hints.Reader.WaitToReadAsync(_stopped.Token).AsTask();
        while (!_stopped.IsCancellationRequested)
        {
            await Task.WhenAny(tick, hint).ConfigureAwait(false);
            if (_stopped.IsCancellationRequested)
            {
                return;
            }

            if (tick.IsCompleted)
            {
                tick = timer.WaitForNextTickAsync(_stopped.Token).AsTask();
                await CheckAsync(static _ => true).ConfigureAwait(false);
                continue;
            }

            var users = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            while (_hints.Reader.TryRead(out var user))
            {
                users.Add(user);
            }

            hint = _hints.Reader.WaitToReadAsync(_stopped.Token).AsTask();
            var all = users.Contains("");
            await CheckAsync(stream => all || (stream.Principal.UserName is { } name && users.Contains(name))).ConfigureAwait(false);
        }
    }

    private async Task CheckAsync(Predicate<IOpenStream> isAsked)
    {
        registry.AddTo(_streams, isAsked);
        if (_streams.Count > 0)
        {
            await CheckStreamsAsync().ConfigureAwait(false);
        }

        _streams.Shrink();
        _streams.Clear();
    }

    private async Task CheckStreamsAsync()
    {
        // Each apart, so that what cannot be told of one keeps nobody else's stream open.
        HashSet<string> ended = [];
        try
        {
            ended = await FindEndedAsync().ConfigureAwait(false);
        }
        catch (Exception error) when (!_stopped.IsCancellationRequested)
        {
            CannotCheck(logger, error);
        }

        var known = new Dictionary<(PushPrincipal, ChannelName), bool>();
        foreach (var stream in _streams)
        {
            if (stream.Principal.SignInId is { } signIn && ended.Contains(signIn))
            {
                stream.End(CloseReason.SignedOut);
                continue;
            }

            try
            {
                await CheckChannelsAsync(stream, known).ConfigureAwait(false);
            }
            catch (Exception error) when (!_stopped.IsCancellationRequested)
            {
                // Unknown: the stream stays open until it is known.
                CannotCheck(logger, error);
            }
        }
    }

    private async Task<HashSet<string>> FindEndedAsync()
    {
        var signIns = _streams.Select(stream => stream.Principal.SignInId).OfType<string>().ToHashSet(StringComparer.Ordinal);
        if (signIns.Count == 0)
        {
            return [];
        }

        var scope = services.CreateAsyncScope();
        await using (scope.ConfigureAwait(false))
        {
            return scope.ServiceProvider.GetService<ISignInValidator>() is { } validator
                ? [.. await validator.FindEndedAsync(signIns, _stopped.Token).ConfigureAwait(false)]
                : [];
        }
    }

    private async ValueTask CheckChannelsAsync(IOpenStream stream, Dictionary<(PushPrincipal, ChannelName), bool> known)
    {
        if (await access.RefreshAsync(stream.Principal, _stopped.Token).ConfigureAwait(false) is not { } principal)
        {
            stream.End(CloseReason.Forbidden);
            return;
        }

        _channels.Clear();
        stream.AddCheckedChannels(_channels);
        foreach (var channel in _channels)
        {
            var key = (principal, channel);
            if (!known.TryGetValue(key, out var allowed))
            {
                allowed = await access.IsAllowedAsync(principal, channel, ChannelAccess.Subscribe, _stopped.Token).ConfigureAwait(false);
                known.Add(key, allowed);
            }

            if (!allowed)
            {
                stream.Forbid(channel);
            }
        }
    }

    [LoggerMessage(50, LogLevel.Warning, "Could not tell the other nodes of a change of access; they find it at their next round.")]
    private static partial void CannotHint(ILogger logger, Exception error);

    [LoggerMessage(51, LogLevel.Warning, "Could not listen for changes of access; trying again.")]
    private static partial void CannotListen(ILogger logger, Exception error);

    [LoggerMessage(52, LogLevel.Error, "Could not check the access of open streams; they stay open until it can be.")]
    private static partial void CannotCheck(ILogger logger, Exception error);
}
