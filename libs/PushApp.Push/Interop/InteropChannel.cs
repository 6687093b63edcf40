using Microsoft.Extensions.Logging;
using PushApp.Push.Redis;
using PushApp.Push.Telemetry;

namespace PushApp.Push.Interop;

/// <summary>
/// One channel's legacy messages at this node: those that were not yet seen logged, and whether this node is the one that logs them. docs/interop.md tells why
/// each message is logged once.
/// </summary>
internal sealed class InteropChannel(
    ChannelName name,
    string nodeId,
    TimeSpan lease,
    InteropLog log,
    InteropBarrier barrier,
    InteropListening listening,
    InteropMetrics metrics,
    TimeProvider time,
    ILogger logger,
    CancellationToken stopping)
{
    /// <summary>More than that are waiting only when the broker takes nothing, and then nothing arrives either.</summary>
    internal const int MaxPending = 100_000;

    /// <summary>More than a new holder is ever told of (interop-append.lua keeps 1,000 copies).</summary>
    private const int MaxKnownCopies = 4_000;

    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly LinkedList<PendingMessage> _pending = new();
    private readonly HashSet<string> _knownCopies = new(StringComparer.Ordinal);
    private readonly Queue<string> _knownCopiesInOrder = new();

    /// <summary>
    /// The client tells of a broken connection while messages that came before may still be on their way to here; so long after that, they count as having come before. And no message comes to two nodes
    /// further apart than that.
    /// </summary>
    private static readonly TimeSpan Straggling = TimeSpan.FromSeconds(1);

    /// <summary>By hash, how many messages had come when the subscription last broke: so many may have been logged unnoticed.</summary>
    private readonly Dictionary<string, int> _uncertain = new(StringComparer.Ordinal);

    /// <summary>Copies that were told before the message itself came, oldest first. The message is logged already.</summary>
    private readonly LinkedList<EarlyCopy> _toldEarly = new();

    private Task _pump = Task.CompletedTask;
    private TaskCompletionSource _wake = NewWake();
    private bool _pumping;
    private string? _token;
    private int _acquisitions;
    private int _losses;
    private long _uncertainUntil = long.MinValue;
    private long _othersLeaseEndsAt = time.GetTimestamp();
    private long _askedAt = long.MinValue;
    private long _usedAt = time.GetTimestamp();

    /// <summary>Two leases, as it takes one for a dead holder's to end; and more, as keeping costs nothing: what was logged is struck.</summary>
    internal static TimeSpan Keep(TimeSpan lease) => lease * 6;

    /// <summary>A message arrived.</summary>
    public void Add(PendingMessage message)
    {
        var dropped = false;
        lock (_lock)
        {
            _usedAt = message.ArrivedAt;
            if (TakeToldEarly(message))
            {
                return;
            }

            if (_pending.Count >= MaxPending)
            {
                _pending.RemoveFirst();
                dropped = true;
            }

            _pending.AddLast(message);
            if (message.ArrivedAt <= _uncertainUntil)
            {
                AddUncertain(message.Hash);
            }

            if (!_pumping)
            {
                _pumping = true;
                _pump = Task.Run(PumpAsync, CancellationToken.None);
            }
        }

        if (dropped)
        {
            InteropEvents.Forgotten(logger, name, 1);
            metrics.Forgotten(1);
        }
    }

    /// <summary>A node has logged a copy: strike one.</summary>
    public void Logged(LoggedCopy copy)
    {
        lock (_lock)
        {
            if (!Know(copy.Id))
            {
                return;
            }

            // Where this node was listening, the message is still to come; where it began to just then, it may be, and then it comes soon.
            if (!RemoveOldest(copy.Hash) && listening.MaybeAt(copy.Age))
            {
                var now = time.GetTimestamp();
                _toldEarly.AddLast(new EarlyCopy(copy.Hash, now, now - Ticks(copy.Age), IsAwaited: listening.At(copy.Age)));
            }

            if (_token is null)
            {
                _othersLeaseEndsAt = time.GetTimestamp() + Ticks(lease);
            }
        }
    }

    /// <summary>The holder gave the lease back.</summary>
    public void Released()
    {
        lock (_lock)
        {
            _othersLeaseEndsAt = time.GetTimestamp();
            _wake.TrySetResult();
        }
    }

    /// <summary>This node's subscription broke: it may have missed messages that others saw, so it leaves the logging to them if it can.</summary>
    /// <returns>The lease to give back, if this node had it.</returns>
    public string? ConnectionLost()
    {
        lock (_lock)
        {
            _losses++;
            _toldEarly.Clear();
            _uncertain.Clear();
            _uncertainUntil = time.GetTimestamp() + Ticks(Straggling);
            foreach (var message in _pending)
            {
                AddUncertain(message.Hash);
            }

            // Those who saw what this node missed go first; what it saw itself it keeps.
            _othersLeaseEndsAt = time.GetTimestamp() + Ticks(lease);
            var token = _token;
            _token = null;
            return token;
        }
    }

    /// <summary>Another node has a message that it was not told to be logged: let it have the lease, in case this node never got it.</summary>
    /// <returns>The lease to give back, if this node had it.</returns>
    public string? Asked()
    {
        lock (_lock)
        {
            var token = _token;
            if (token is not null)
            {
                _token = null;
                _othersLeaseEndsAt = time.GetTimestamp() + Ticks(lease);
            }

            return token;
        }
    }

    /// <summary>Whether nothing has happened for so long that nothing needs to be known.</summary>
    public bool IsIdle(long now)
    {
        lock (_lock)
        {
            return !_pumping && time.GetElapsedTime(_usedAt, now) > Keep(lease) * 2;
        }
    }

    /// <summary>Waits for the end of what runs, once stopping was asked for, and gives the lease back.</summary>
    public async Task StopAsync()
    {
        Task pump;
        lock (_lock)
        {
            pump = _pump;
        }

        await pump.ConfigureAwait(false);
        if (_token is { } token)
        {
            await log.ReleaseAsync(name, token).ConfigureAwait(false);
        }
    }

    /// <summary>Runs while there are messages: logs them, or waits for the one that does.</summary>
    private async Task PumpAsync()
    {
        var delay = FirstDelay;
        while (!stopping.IsCancellationRequested)
        {
            if (!TryGetNext(out var message, out var token, out var wait, out var wake))
            {
                return;
            }

            try
            {
                if (token is not null)
                {
                    await LogAsync(message, token).ConfigureAwait(false);
                }
                else if (wait > TimeSpan.Zero)
                {
                    if (IsLeftOver(message))
                    {
                        await log.AskAsync(name, nodeId).ConfigureAwait(false);
                    }

                    await WaitAsync(wake, wait < lease ? wait : lease).ConfigureAwait(false);
                }
                else
                {
                    await AcquireAsync().ConfigureAwait(false);
                }

                delay = FirstDelay;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (BrokerErrors.IsPassing(exception))
            {
                // The message stays first; its id makes repeating safe.
                InteropEvents.Retrying(logger, name, exception);
                await Task.Delay(delay, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay;
            }
            catch (Exception exception)
            {
                // Nothing that waiting mends; the messages after it shall not suffer.
                InteropEvents.Failed(logger, name, exception);
                metrics.Failed();
                Remove(message);
            }
        }
    }

    private bool TryGetNext(out PendingMessage message, out string? token, out TimeSpan wait, out Task wake)
    {
        var forgotten = 0;
        try
        {
            lock (_lock)
            {
                var now = time.GetTimestamp();
                token = _token;
                wait = time.GetElapsedTime(now, _othersLeaseEndsAt);
                if (_wake.Task.IsCompleted)
                {
                    _wake = NewWake();
                }

                wake = _wake.Task;

                // Whoever logs them is long done with these, or nobody ever was; a holder knows what it has not logged.
                while (token is null && _pending.First is { } first && time.GetElapsedTime(first.Value.ArrivedAt, now) > Keep(lease))
                {
                    _pending.RemoveFirst();
                    TakeUncertain(first.Value.Hash);
                    forgotten++;
                }

                if (_pending.First is not { } next)
                {
                    _pumping = false;
                    message = null!;
                    return false;
                }

                message = next.Value;
                return true;
            }
        }
        finally
        {
            if (forgotten > 0)
            {
                InteropEvents.Forgotten(logger, name, forgotten);
                metrics.Forgotten(forgotten);
            }
        }
    }

    /// <summary>
    /// Whether the node that logs seems not to have got a message: the broker may leave a subscriber out while another one goes (Garnet does, now and then).
    /// True once in two leases at most.
    /// </summary>
    private bool IsLeftOver(PendingMessage message)
    {
        var now = time.GetTimestamp();
        if (time.GetElapsedTime(Math.Max(message.ArrivedAt, _askedAt), now) < lease * 2)
        {
            return false;
        }

        _askedAt = now;
        return true;
    }

    private async Task LogAsync(PendingMessage message, string token)
    {
        using var activity = PushActivitySource.StartPublish(name, message.Message.Event);
        if (await log.AppendAsync(name, token, message, time.GetElapsedTime(message.ArrivedAt), lease, Keep(lease) * 2).ConfigureAwait(false))
        {
            metrics.Logged();
            lock (_lock)
            {
                // Unless its signal was quicker than the reply.
                if (Know(message.Id))
                {
                    RemoveOldest(message.Hash);
                }
            }

            return;
        }

        lock (_lock)
        {
            // Another node has it, or it ran out: what is still to be logged shows once it is taken anew.
            if (_token == token)
            {
                _token = null;
                _othersLeaseEndsAt = time.GetTimestamp();
            }
        }
    }

    private async Task AcquireAsync()
    {
        string token;
        int losses;
        lock (_lock)
        {
            token = $"{nodeId}.{++_acquisitions}";
            losses = _losses;
        }

        var signal = barrier.ExpectAsync(token);
        try
        {
            var result = await log.AcquireAsync(name, token, lease).ConfigureAwait(false);
            if (!result.Acquired)
            {
                lock (_lock)
                {
                    _othersLeaseEndsAt = time.GetTimestamp() + Ticks(result.HeldFor);
                }

                return;
            }

            // From now on nobody else logs. What others logged before is told before this signal, so once it is here, what is pending is what is to be logged.
            if (await ArrivesAsync(signal).ConfigureAwait(false) && TryHold(token, losses, result.Copies))
            {
                InteropEvents.Acquired(logger, name);
                return;
            }

            await log.ReleaseAsync(name, token).ConfigureAwait(false);
        }
        finally
        {
            barrier.Forget(token);
        }
    }

    /// <summary>False when the signal does not come back: this node's subscription does not work, so others do better.</summary>
    private async Task<bool> ArrivesAsync(Task signal)
    {
        try
        {
            await signal.WaitAsync(lease, time, stopping).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            InteropEvents.NotSubscribed(logger, name);
            lock (_lock)
            {
                _othersLeaseEndsAt = time.GetTimestamp() + Ticks(lease);
            }

            return false;
        }
    }

    private bool TryHold(string token, int losses, IReadOnlyList<LoggedCopy> copies)
    {
        lock (_lock)
        {
            if (_losses != losses)
            {
                return false;
            }

            foreach (var copy in copies)
            {
                StrikeUntold(copy);
            }

            _uncertain.Clear();
            _token = token;
            return true;
        }
    }

    /// <summary>
    /// Strikes for a copy that the log knows of and this node was not told of, since its subscription was broken or the broker left it out. Copies are made in the
    /// order in which messages came, so the first ones are of messages that were pending when it broke, and any beyond are of messages that this node never saw.
    /// Which of several equal messages is struck makes no difference: a copy that was told later may have struck its neighbour.
    /// </summary>
    private void StrikeUntold(LoggedCopy copy)
    {
        // One of its own, of which the reply was lost, this node has seen in any case.
        if (Know(copy.Id) && (TakeUncertain(copy.Hash) || listening.At(copy.Age) || copy.Id.StartsWith(nodeId, StringComparison.Ordinal) || CameHere(copy)))
        {
            RemoveOldest(copy.Hash);
        }
    }

    /// <summary>Whether a message that equals a copy came to here about when its own came to the node that logged it: it is that one, also where it is not known yet that this node listens again.</summary>
    private bool CameHere(LoggedCopy copy)
    {
        var cameAt = time.GetTimestamp() - Ticks(copy.Age);
        return listening.MaybeAt(copy.Age) && _pending.Any(message => message.Hash == copy.Hash && IsSoon(message, cameAt));
    }

    private bool IsSoon(PendingMessage message, long cameAt) => time.GetElapsedTime(cameAt, message.ArrivedAt).Duration() <= Straggling;

    private void AddUncertain(string hash) => _uncertain[hash] = _uncertain.GetValueOrDefault(hash) + 1;

    private bool TakeUncertain(string hash)
    {
        var count = _uncertain.GetValueOrDefault(hash);
        if (count > 0)
        {
            _uncertain[hash] = count - 1;
        }

        return count > 0;
    }

    /// <summary>Whether a message was told to be logged before it came.</summary>
    private bool TakeToldEarly(PendingMessage message)
    {
        while (_toldEarly.First is { } first && time.GetElapsedTime(first.Value.ToldAt, message.ArrivedAt) > lease)
        {
            _toldEarly.RemoveFirst();
        }

        for (var node = _toldEarly.First; node is not null; node = node.Next)
        {
            if (node.Value.Hash == message.Hash && (node.Value.IsAwaited || IsSoon(message, node.Value.CameAt)))
            {
                _toldEarly.Remove(node);
                return true;
            }
        }

        return false;
    }

    /// <summary>Strikes the oldest message that equals a copy.</summary>
    private bool RemoveOldest(string hash)
    {
        for (var node = _pending.First; node is not null; node = node.Next)
        {
            if (node.Value.Hash == hash)
            {
                _pending.Remove(node);
                return true;
            }
        }

        return false;
    }

    private bool Know(string id)
    {
        if (!_knownCopies.Add(id))
        {
            return false;
        }

        _knownCopiesInOrder.Enqueue(id);
        if (_knownCopiesInOrder.Count > MaxKnownCopies)
        {
            _knownCopies.Remove(_knownCopiesInOrder.Dequeue());
        }

        return true;
    }

    private void Remove(PendingMessage message)
    {
        lock (_lock)
        {
            _pending.Remove(message);
        }
    }

    private async Task WaitAsync(Task wake, TimeSpan wait)
    {
        try
        {
            await wake.WaitAsync(wait, time, stopping).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Then the other's lease has ended, unless it was renewed meanwhile.
        }
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);

    /// <param name="Hash">Of the message.</param>
    /// <param name="ToldAt">When its copy was told.</param>
    /// <param name="CameAt">When it came to the node that logged it.</param>
    /// <param name="IsAwaited">Whether it is sure to come to here.</param>
    private readonly record struct EarlyCopy(string Hash, long ToldAt, long CameAt, bool IsAwaited);

    private static TaskCompletionSource NewWake() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
