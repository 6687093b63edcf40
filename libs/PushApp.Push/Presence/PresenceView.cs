using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using PushApp.Push.Redis;
using PushApp.Push.Redis.Subscribing;
using StackExchange.Redis;

namespace PushApp.Push.Presence;

/// <summary>
/// A channel's members as this process knows them. Each change has a number: whatever is missing, or may be after a loss of the connection, is read anew. One loop applies all, in order.
/// </summary>
internal sealed partial class PresenceView : IPresenceView
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly RedisPresence _store;
    private readonly RedisConnection _redis;
    private readonly RedisChannel _events;
    private readonly TimeSpan _lease;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Action<PresenceMember> _onChange;
    private readonly CancellationTokenSource _stopped = new();
    private readonly SemaphoreSlim _signal = new(0, 1);
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly ConcurrentDictionary<string, PresenceMember> _members = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<ReadOnlyMemory<byte>> _arrived = new();
    private readonly Dictionary<string, long> _missing = new(StringComparer.Ordinal);
    private PresenceVersion _version;
    private bool _hasVersion;
    private long _checkedAt;
    private int _mayHaveMissed;
    private BrokerSubscription? _subscription;
    private Task _running = Task.CompletedTask;

    public PresenceView(
        ChannelName channel, Action<PresenceMember> onChange, RedisPresence store, RedisConnection redis, RedisKeys keys, PresenceOptions options, TimeProvider time, ILogger logger)
    {
        Channel = channel;
        _onChange = onChange;
        _store = store;
        _redis = redis;
        _events = keys.Events(channel);
        _lease = options.Lease;
        _patience = options.Patience;
        _time = time;
        _logger = logger;
    }

    public ChannelName Channel { get; }

    public IReadOnlyCollection<PresenceMember> Members => [.. _members.Values];

    /// <summary>Called when it is disposed of.</summary>
    public Action<PresenceView> Ended { get; init; } = static _ => { };

    /// <summary>Completes when it was read for the first time.</summary>
    public Task Ready => _ready.Task;

    public PresenceMember? Find(string userName) => _members.GetValueOrDefault(RedisPresence.Field(userName));

    public void Start()
    {
        _redis.Multiplexer.ConnectionRestored += OnConnectionRestored;
        _running = Background.Run(RunAsync);
    }

    public async ValueTask DisposeAsync()
    {
        if (_stopped.IsCancellationRequested)
        {
            return;
        }

        Ended(this);
        _redis.Multiplexer.ConnectionRestored -= OnConnectionRestored;
        await _stopped.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_subscription is { } subscription)
        {
            // This one alone: others may listen to the channel, too.
            await subscription.UnsubscribeAsync(CommandFlags.FireAndForget).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void OnConnectionRestored(object? sender, ConnectionFailedEventArgs change)
    {
        Volatile.Write(ref _mayHaveMissed, 1);
        Signal();
    }

    private void Receive(ReadOnlyMemory<byte> message)
    {
        _arrived.Enqueue(message);
        Signal();
    }

    private void Signal()
    {
        lock (_signal)
        {
            if (_signal.CurrentCount == 0)
            {
                _signal.Release();
            }
        }
    }

    private async Task RunAsync()
    {
        while (!_stopped.IsCancellationRequested)
        {
            try
            {
                // By a receiver, as the hub listens to the same channel: of what goes to one, a queue gets nothing.
                _subscription ??= await _redis.SubscribeAsync(_events, Receive, _stopped.Token).ConfigureAwait(false);
                await UpdateAsync().ConfigureAwait(false);
                _ready.TrySetResult();
                await _signal.WaitAsync(_lease, _stopped.Token).ConfigureAwait(false);
            }
            catch (Exception error) when (!_stopped.IsCancellationRequested)
            {
                if (BrokerErrors.IsPassing(error))
                {
                    Waits(_logger, Channel, BrokerErrors.Reason(error));
                }
                else
                {
                    CannotFollow(_logger, Channel, error);
                }

                await Task.Delay(RetryDelay, _time, _stopped.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task UpdateAsync()
    {
        var isWhole = _hasVersion && Interlocked.Exchange(ref _mayHaveMissed, 0) == 0;
        while (_arrived.TryDequeue(out var message))
        {
            if (TryParse(message, out var change, out var version))
            {
                isWhole &= Apply(change, version);
            }
        }

        if (isWhole && _time.GetElapsedTime(_checkedAt) >= _lease)
        {
            // The last message may be what was lost. The channel may be busy with other events all the while.
            _checkedAt = _time.GetTimestamp();
            isWhole = _missing.Count == 0 && await _store.ReadVersionAsync(Channel).ConfigureAwait(false) == _version;
        }

        if (!isWhole)
        {
            try
            {
                Reload(await _store.ReadAsync(Channel).ConfigureAwait(false));
            }
            catch
            {
                Volatile.Write(ref _mayHaveMissed, 1);
                throw;
            }
        }
    }

    /// <summary>Applies a change; false when it does not follow on what is known.</summary>
    private bool Apply(PresenceMember change, PresenceVersion version)
    {
        if (_hasVersion && version.Generation == _version.Generation && version.Number <= _version.Number)
        {
            // Known from reading.
            return true;
        }

        if (!_hasVersion || version != _version with { Number = _version.Number + 1 })
        {
            return false;
        }

        _version = version;
        var field = RedisPresence.Field(change.UserName);
        _missing.Remove(field);
        Set(field, change);
        return true;
    }

    private void Reload(PresenceSnapshot snapshot)
    {
        // The broker lost its data or came back older: who was there is likely to be there still, and will be told again by their node, if it lives.
        var isContinuous = !_hasVersion || snapshot.Version.Continues(_version);
        _version = snapshot.Version;
        _hasVersion = true;
        _checkedAt = _time.GetTimestamp();
        foreach (var (field, member) in snapshot.Members)
        {
            _missing.Remove(field);
            Set(field, member);
        }

        var now = _time.GetTimestamp();
        foreach (var (field, member) in _members.Where(known => !snapshot.Members.ContainsKey(known.Key)).ToArray())
        {
            var isMissing = _missing.TryGetValue(field, out var since);
            if (isMissing ? _time.GetElapsedTime(since, now) >= _patience : isContinuous)
            {
                _missing.Remove(field);
                Set(field, member with { State = PresenceState.Offline, Since = _time.GetUtcNow() });
            }
            else if (!isMissing)
            {
                _missing[field] = now;
            }
        }
    }

    private void Set(string field, PresenceMember member)
    {
        _members.TryGetValue(field, out var before);
        if (member.State == PresenceState.Offline)
        {
            _members.TryRemove(field, out _);
        }
        else
        {
            _members[field] = member;
        }

        if ((before?.State ?? PresenceState.Offline) != member.State)
        {
            _onChange(member);
        }
    }

    private static bool TryParse(ReadOnlyMemory<byte> message, [NotNullWhen(true)] out PresenceMember? member, out PresenceVersion version)
    {
        member = null;
        version = default;
        if (!LogEntry.TryParse(message, out var entry) || entry.IsLogged || !entry.Event.StartsWith(PresenceEvents.Prefix, StringComparison.Ordinal)
            || JsonSerializer.Deserialize<PresenceEventData>(entry.Data.Span, JsonSerializerOptions.Web) is not { } data
            || !Enum.TryParse<PresenceState>(data.State, ignoreCase: true, out var state))
        {
            return false;
        }

        member = new PresenceMember(data.UserName, state, data.Since);
        return PresenceVersion.TryParse(data.Version, '-', out version);
    }

    [LoggerMessage(7, LogLevel.Debug, "Whoever follows the members of channel {Channel} waits for the broker ({Reason}).", EventName = "PresenceWaits")]
    private static partial void Waits(ILogger logger, ChannelName channel, string reason);

    [LoggerMessage(6, LogLevel.Warning, "The members of channel {Channel} cannot be followed; trying again.", EventName = "PresenceNotFollowed")]
    private static partial void CannotFollow(ILogger logger, ChannelName channel, Exception error);
}

/// <summary>The data of <c>push.presence.*</c>, as presence.lua writes it.</summary>
internal sealed record PresenceEventData(string UserName, string State, DateTimeOffset Since, string Version);
