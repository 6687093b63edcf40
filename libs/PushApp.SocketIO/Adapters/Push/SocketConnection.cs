using System.Collections.Immutable;
using System.Text.Json;
using PushApp.Push;
using PushApp.Push.Hub;
using PushApp.SocketIO.Engine;
using PushApp.SocketIO.Protocol;

namespace PushApp.SocketIO;

/// <summary>
/// A socket as the hub sees it: it holds the channels of its namespace, of its rooms and, where it can recover, its own. Their events come to it on its loop, in order; what it is
/// sent waits in its session and nowhere else.
/// </summary>
internal sealed class SocketConnection : HubConnection, IStreamWriter
{
    private readonly Socket _socket;
    private readonly ChannelHub _hub;

    // While it joins, comes back, or changes its channels: an idle one holds nothing for that.
    private TaskCompletionSource<IReadOnlyDictionary<ChannelName, Position>?>? _joined;
    private TaskCompletionSource<bool>? _recovered;
    private Change? _change;
    private ImmutableArray<JoinedRoom> _rooms = [];
    private HashSet<Subscription>? _recovering;
    private readonly bool _wantsContext;
    private bool _isWhole = true;
    private byte[] _offset = [];

    // Of its joins, the highest place in the namespace's channel: what comes after it is for the rooms as they are.
    private long _lastJoinedAt;
    private int _resets;

    public SocketConnection(Socket socket, ChannelHub hub, ChannelName namespaceChannel)
        : base(hub.NextLoop(), socket.Principal, socket.Handshake.RemoteAddress, socket.Host.Server.Time.GetUtcNow(), maxOutboxBytes: int.MaxValue)
    {
        _socket = socket;
        _hub = hub;
        NamespaceChannel = namespaceChannel;
        _wantsContext = EventContext.IsWanted(socket.Handshake);
        Writer = this;
    }

    public override string Transport => "socketio";

    // Engine.IO has its own, and tells of the session's end.
    public override bool HasHeartbeat => false;

    public override string Carrier => _socket.Client.Session.Transport;

    public override string Place => _socket.Namespace;

    public override TimeSpan? RoundTrip => _socket.Client.Session.RoundTrip;

    public override long WaitingBytes => _socket.Client.Session.BufferedBytes;

    public ChannelName NamespaceChannel { get; }

    /// <summary>The rooms that a channel is held for. Any thread.</summary>
    public JoinedRoom? FindRoom(ChannelName channel)
    {
        foreach (var room in _rooms)
        {
            if (room.Channel == channel)
            {
                return room;
            }
        }

        return null;
    }

    /// <summary>One at a time.</summary>
    public void AddRoom(JoinedRoom room) => ImmutableInterlocked.Update(ref _rooms, static (rooms, room) => rooms.Add(room), room);

    /// <summary>One at a time.</summary>
    public void RemoveRoom(JoinedRoom room) => ImmutableInterlocked.Update(ref _rooms, static (rooms, room) => rooms.Remove(room), room);

    /// <summary>A room is being joined, at this place in the namespace's channel; the socket's state knows of it already. One at a time, before the socket is in it.</summary>
    public void OnJoining(long namespaceSequence, int resets)
    {
        Interlocked.Exchange(ref _lastJoinedAt, Math.Max(namespaceSequence, Volatile.Read(ref _lastJoinedAt)));
        if (Volatile.Read(ref _resets) != resets)
        {
            // Meanwhile: the place is one of the log before.
            ForgetJoins();
        }
    }

    /// <summary>Where its first channels stood when it joined its loop.</summary>
    public async Task<IReadOnlyDictionary<ChannelName, Position>> JoinAsync()
    {
        var joined = _joined = new TaskCompletionSource<IReadOnlyDictionary<ChannelName, Position>?>(TaskCreationOptions.RunContinuationsAsynchronously);
        Loop.Post(LoopItem.Join(this));
        if (IsCompleted)
        {
            joined.TrySetResult(null);
        }

        var positions = await joined.Task.ConfigureAwait(false);
        _joined = null;
        return positions ?? throw new SocketException("The server ended the connection while you connected. Connect again.", SocketErrors.Failed);
    }

    /// <summary>Completes when it has been handed all that it missed; false when something of that is gone.</summary>
    public Task<bool> WhenRecovered => _recovered?.Task ?? throw new InvalidOperationException("It was not told that it comes back.");

    /// <summary>Before it joins: it comes back, and what it missed is to be whole.</summary>
    public void ExpectRecovery()
    {
        _recovered = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _recovering = [.. Subscriptions];
    }

    /// <summary>Adds a channel; it is live when this is done.</summary>
    public async Task<(Subscription Subscription, Standing Standing)> SubscribeAsync(ChannelName channel, CancellationToken cancellationToken)
    {
        var subscription = await _hub.OpenAsync(this, channel, position: null, cancellationToken).ConfigureAwait(false);
        return (subscription, await ChangeAsync(LoopItem.Subscribe(subscription), subscription).ConfigureAwait(false));
    }

    public Task UnsubscribeAsync(Subscription subscription) => ChangeAsync(LoopItem.Unsubscribe(subscription), subscription);

    /// <summary>Where it stands in a channel that it holds.</summary>
    public Task<Standing> StandAsync(Subscription subscription) => ChangeAsync(LoopItem.Run(this, () => Settle(subscription, isHeld: true)), subscription);

    public override void Complete(CloseReason reason)
    {
        base.Complete(reason);
        _joined?.TrySetResult(null);
        _change?.Done.TrySetResult(default);
    }

    public override void OnSubscription(Subscription subscription, bool isHeld)
    {
        if (!isHeld)
        {
            _hub.Release(subscription);

            // A room that was left while the client came back: there is nothing more to wait for.
            OnSettled(subscription);
        }

        Settle(subscription, isHeld);
    }

    private void Settle(Subscription subscription, bool isHeld)
    {
        if (_change is { } change && change.Subscription == subscription)
        {
            change.Done.TrySetResult(isHeld ? StandingOf(subscription) : default);
        }
    }

    public override void OnSettled(Subscription subscription)
    {
        if (_recovering is { } recovering && recovering.Remove(subscription) && recovering.Count == 0)
        {
            _recovering = null;
            _recovered!.TrySetResult(_isWhole);
        }
    }

    public override void AddCheckedChannels(List<ChannelName> list)
    {
        foreach (var room in _rooms)
        {
            if (!room.IsTrusted)
            {
                list.Add(room.Channel);
            }
        }
    }

    public override void Forbid(ChannelName channel)
    {
        if (FindRoom(channel) is { } room)
        {
            _ = LeaveAsync([.. room.Names]);
        }
    }

    private string? ChannelEvent => _socket.Host.Definition.ChannelEvent;

    public override void WriteHead(bool brokerConnected)
    {
        _joined?.TrySetResult(
            Subscriptions.Where(subscription => PositionOf(subscription) is not null).ToDictionary(subscription => subscription.Channel.Name, subscription => PositionOf(subscription)!.Value));
        if (!brokerConnected)
        {
            WriteBrokerStatus(connected: false);
        }
    }

    public override bool WriteEvent(HubEvent item) => Deliver(item, more: true);

    public override bool SendEvent(HubEvent item) => Deliver(item, more: false);

    private bool Deliver(HubEvent item, bool more)
    {
        var encoded = EncodedEvent.Of(item, _socket.Namespace, item.Channel.Name == NamespaceChannel, ChannelEvent);
        if (encoded.Arguments is null || (encoded.Target is { } target && !RoomIndex.Matches(target, _socket.Id, RoomsAt(item))))
        {
            return false;
        }

        var messages = encoded.Messages(Offset(), _wantsContext);
        _socket.Deliver(messages, isVolatile: !item.Entry.IsLogged, more);
        if (more)
        {
            foreach (var message in messages)
            {
                Hold(message.Size);
            }
        }

        return true;
    }

    /// <summary>On its loop: an event that came by no channel. It carries the offset all the same, as the client takes any last text for one.</summary>
    public void WriteDirect(string eventName, SocketArguments arguments, bool isVolatile) =>
        _socket.Deliver(PacketWriter.Event(_socket.Namespace, eventName, arguments, null, Offset()), isVolatile);

    public override int Preload() => _socket.Preload();

    public override void WriteReset(IReadOnlyList<ChannelName> channels, string reason)
    {
        _isWhole = false;
        if (channels.Contains(NamespaceChannel))
        {
            // The places where its rooms were joined are of another log.
            Interlocked.Increment(ref _resets);
            ForgetJoins();
        }

        if (_recovering is not null)
        {
            // Not the client's affair: it is told that it was not recovered.
            return;
        }

        if (ChannelEvent is not null)
        {
            WriteControl("push.reset", new { channels = channels.Where(channel => FindRoom(channel) is not null).Select(channel => channel.Value), reason });
            return;
        }

        var rooms = channels.SelectMany(channel => FindRoom(channel)?.Names ?? []).ToArray();
        WriteDirect("push.reset", SocketArguments.From(new { rooms, reason }, _socket.Json), isVolatile: false);
    }

    public override void WriteCursor()
    {
        // The next event carries it.
    }

    public override void WriteHeartbeat()
    {
        // Engine.IO has its own.
    }

    public override void WriteBrokerStatus(bool connected)
    {
        // Elsewhere there is nothing that a client could do about it.
        if (ChannelEvent is not null)
        {
            WriteControl("push.status", new { broker = connected ? "ok" : "lost" });
        }
    }

    public override void WriteClosing(CloseReason reason, TimeSpan? returnAfter)
    {
        if (reason is CloseReason.SignedOut or CloseReason.Stopped)
        {
            _socket.Disconnect(close: true);
            return;
        }

        _socket.Client.Session.Close(reason == CloseReason.Shutdown ? EngineCloseReasons.ServerShuttingDown : EngineCloseReasons.ForcedClose);
    }

    private async Task LeaveAsync(string[] rooms)
    {
        try
        {
            await _socket.LeaveAsync(rooms).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            // The next round finds it again.
            _socket.Host.Dispatcher.Failed(_socket, error);
        }
    }

    /// <summary>The rooms in which the socket was when an event was emitted: one that it missed may be older than some of its rooms.</summary>
    private ImmutableArray<string> RoomsAt(HubEvent item) =>
        !item.Entry.IsLogged || item.Position.Sequence > Volatile.Read(ref _lastJoinedAt) ? _socket.Rooms.Snapshot : RoomsBefore(item.Position.Sequence);

    private void ForgetJoins()
    {
        Interlocked.Exchange(ref _lastJoinedAt, 0);
        (_socket.AdapterState as PushSocketState)?.ForgetJoins();
    }

    private ImmutableArray<string> RoomsBefore(long sequence)
    {
        var rooms = _socket.Rooms.Snapshot;
        return _socket.AdapterState is PushSocketState state ? rooms.RemoveAll(room => state.JoinedAt(room) >= sequence) : rooms;
    }

    private void WriteControl<T>(string eventName, T data) =>
        WriteDirect(ChannelEvent!, SocketArguments.From(eventName, JsonSerializer.Serialize(data, JsonSerializerOptions.Web), (string?)null, _socket.Json), isVolatile: false);

    // One at a time, as its rooms change.
    private async Task<Standing> ChangeAsync(LoopItem item, Subscription subscription)
    {
        var change = new Change(subscription, new TaskCompletionSource<Standing>(TaskCreationOptions.RunContinuationsAsynchronously));
        Interlocked.Exchange(ref _change, change);
        Loop.Post(item);
        if (IsCompleted)
        {
            change.Done.TrySetResult(default);
        }

        var standing = await change.Done.Task.ConfigureAwait(false);
        _change = null;
        return standing;
    }

    private Standing StandingOf(Subscription subscription) =>
        new(PositionOf(subscription), Subscriptions.FirstOrDefault(each => each.Channel.Name == NamespaceChannel) is { } own ? PositionOf(own)?.Sequence ?? 0 : 0, _resets);

    /// <summary>On its loop: where it stands, if its channel stands anywhere.</summary>
    private Position? PositionOf(Subscription subscription) =>
        subscription.Channel.Loops[Loop.Index] is { IsReady: true } channel ? channel.Position : null;

    private ReadOnlySpan<byte> Offset()
    {
        if (_socket.RecoveryId is not { } id)
        {
            return default;
        }

        if (_offset.Length == 0)
        {
            _offset = new byte[RecoveryOffset.MaxLength];
        }

        var length = RecoveryOffset.Write(_offset, id, Subscriptions);
        return _offset.AsSpan(0, length);
    }

    private sealed record Change(Subscription Subscription, TaskCompletionSource<Standing> Done);

    /// <summary>Where its loop stood at some moment.</summary>
    /// <param name="Position">In the channel; null while that stands nowhere, as without a broker, or where the connection does not hold it.</param>
    /// <param name="NamespaceSequence">In the namespace's channel; 0 likewise.</param>
    /// <param name="Resets">How often that channel's log had been found to be another one.</param>
    internal readonly record struct Standing(Position? Position, long NamespaceSequence, int Resets);

    bool IStreamWriter.IsClosed => _socket.Client.Session.HasEnded;

    // Nothing is ever pending: the session queues.
    int IStreamWriter.PendingBytes => 0;

    bool IStreamWriter.TryCompleteFlush() => true;

    void IStreamWriter.Write(ReadOnlySpan<byte> bytes) => throw new NotSupportedException("A socket's packets go to its session.");

    bool IStreamWriter.TryFlush()
    {
        _socket.Client.Session.Flush();
        return true;
    }

    void IStreamWriter.Abort() => _socket.Client.Session.Close(EngineCloseReasons.ForcedClose);

    // The session may go on, with other namespaces.
    void IStreamWriter.Close() => _socket.Client.Session.Flush();
}

/// <summary>A channel that a socket holds for a room; for several, where a namespace gives them one channel.</summary>
internal sealed class JoinedRoom(Subscription subscription, bool isTrusted)
{
    private ImmutableArray<string> _names = [];

    public Subscription Subscription { get; } = subscription;

    public ChannelName Channel => Subscription.Channel.Name;

    public bool IsTrusted { get; } = isTrusted;

    public ImmutableArray<string> Names => _names;

    public void Add(string name) => ImmutableInterlocked.Update(ref _names, static (names, name) => names.Contains(name) ? names : names.Add(name), name);

    public void Remove(string name) => ImmutableInterlocked.Update(ref _names, static (names, name) => names.Remove(name), name);
}
