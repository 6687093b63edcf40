using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Claims;
using System.Text.Json;
using PushApp.Push;
using PushApp.SocketIO.Engine;
using PushApp.SocketIO.Protocol;

namespace PushApp.SocketIO;

/// <summary>One client in one namespace. Thread-safe; may be kept until it has disconnected.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A source without a timer holds nothing; its token is used after the end by work that ends with the socket.")]
public sealed class Socket : SocketEmission
{
    // Of what may wait for a client, which is told first that it is connected: a namespace's name of any length, and the ids.
    private const int ConnectRoom = 1024;

    private volatile List<EngineMessage[]>? _held = [];
    private long _heldBytes;
    private volatile SocketState _state = SocketState.Connecting;
    private ConcurrentDictionary<string, object?>? _items;

    // Made when they are asked for: a server holds very many sockets, most of which never need them.
    private CancellationTokenSource? _disconnected;
    private SocketData? _data;
    private SocketEvents? _events;
    private PendingAcks? _acks;

    internal Socket(SocketClient client, NamespaceHost host, string id, SocketHandshake handshake)
    {
        Client = client;
        Host = host;
        Id = id;
        Handshake = handshake;
        Rooms = new SocketRooms(this);
        Inbox = new SocketInbox(this);
    }

    /// <summary>
    /// Its id, from a cryptographic generator; a room of its own. Everybody may know it: it is not the id of the connection below, which is a secret. Of socket.io-client 2, which makes it up itself, it
    /// does hold that id: a signed-in user's connection is that user's alone all the same, a visitor's is whoever's knows it.
    /// </summary>
    public string Id { get; internal set; }

    /// <summary>The namespace it is in, beginning with <c>/</c>.</summary>
    public string Namespace => Host.Name;

    /// <summary>Who opened the connection.</summary>
    public ClaimsPrincipal User => Client.Session.Handshake.User;

    /// <summary>The same in the values that permissions of channels rest on.</summary>
    public PushPrincipal Principal => Client.Session.Handshake.Principal;

    /// <summary>What the client said when it connected.</summary>
    public SocketHandshake Handshake { get; }

    /// <summary><c>polling</c> or <c>websocket</c>; changes when the client upgrades.</summary>
    public string Transport => Client.Session.Transport;

    /// <summary>Whether it came back with its id, rooms and data, and gets every event that it missed.</summary>
    public bool Recovered { get; internal set; }

    /// <summary>Whether it is connected.</summary>
    public bool IsConnected => _state == SocketState.Connected;

    /// <summary>Cancelled when it disconnects: for work that ends with it. Every event's <see cref="CancellationToken"/> parameter is this.</summary>
    public CancellationToken Disconnected
    {
        get
        {
            lock (Inbox)
            {
                if (_state == SocketState.Disconnected && _disconnected is null)
                {
                    return new CancellationToken(canceled: true);
                }

                return (_disconnected ??= new CancellationTokenSource()).Token;
            }
        }
    }

    /// <summary>Its rooms.</summary>
    public SocketRooms Rooms { get; }

    /// <summary>Values of its own, as JSON: seen from other nodes, and kept over a recovery.</summary>
    public SocketData Data => _data ?? Interlocked.CompareExchange(ref _data, new SocketData(Inbox, Json, Host.Server.Options.MaxDataBytes), null) ?? _data;

    /// <summary>Objects of its own, on this node only.</summary>
    public ConcurrentDictionary<string, object?> Items => LazyInitializer.EnsureInitialized(ref _items, static () => new ConcurrentDictionary<string, object?>(StringComparer.Ordinal));

    /// <summary>Which events it may send now.</summary>
    public SocketEvents Events => _events ?? Interlocked.CompareExchange(ref _events, new SocketEvents(), null) ?? _events;

    internal override JsonSerializerOptions Json => Host.Server.Json;

    internal SocketClient Client { get; }

    internal NamespaceHost Host { get; }

    internal PendingAcks Acks => _acks ?? Interlocked.CompareExchange(ref _acks, new PendingAcks(this, Inbox), null) ?? _acks;

    /// <summary><see cref="Acks"/>, where any was ever waited for.</summary>
    internal PendingAcks? AcksIfAny => System.Threading.Volatile.Read(ref _acks);

    /// <summary><see cref="Data"/>, where it was ever asked for.</summary>
    internal SocketData? DataIfAny => System.Threading.Volatile.Read(ref _data);

    /// <summary>Its data as it is now; empty where none was ever set.</summary>
    internal Dictionary<string, JsonElement> DataSnapshot => DataIfAny?.Snapshot() ?? [];

    /// <summary><see cref="Events"/>, where they were ever asked for.</summary>
    internal SocketEvents? EventsIfAny => System.Threading.Volatile.Read(ref _events);

    internal SocketInbox Inbox { get; }

    /// <summary>The private id with which it can recover; null when it cannot.</summary>
    internal string? RecoveryId { get; set; }

    /// <summary>What the adapter keeps of it.</summary>
    internal object? AdapterState { get; set; }

    /// <summary>The same client's socket in another namespace; null when it is not connected there.</summary>
    public Socket? Of(string name) => Client.Find(name);

    /// <inheritdoc/>
    public override ValueTask EmitAsync(string eventName, SocketArguments arguments, CancellationToken cancellationToken = default)
    {
        EmitRules.Check(eventName, arguments);
        return Host.Server.Adapter.EmitToSocketAsync(this, eventName, arguments, isVolatile: false, cancellationToken);
    }

    /// <summary>Emits at most once: not kept while the client is not ready to take it, and not recovered.</summary>
    public SocketEmission Volatile() => new VolatileEmission(this);

    /// <summary>Emits an event that the client is to acknowledge, and waits for its answer for <see cref="SocketIOOptions.AckTimeout"/>. Such an event is not recovered.</summary>
    /// <param name="eventName">The event's name.</param>
    /// <param name="arguments">The arguments. An array given alone is taken for all of them; wrap it (<c>[array]</c>) to send one.</param>
    /// <typeparam name="TAnswer">What the first argument of the acknowledgement is read as; <see cref="SocketArguments"/> for all of them.</typeparam>
    /// <exception cref="TimeoutException">No answer came in time.</exception>
    /// <exception cref="SocketDisconnectedException">It disconnected first.</exception>
    /// <exception cref="SocketException">More acknowledgements are waited for than <see cref="SocketIOOptions.MaxPendingAcks"/> (<c>too_many_acks</c>).</exception>
    public Task<TAnswer?> EmitWithAckAsync<TAnswer>(string eventName, params object?[] arguments) =>
        EmitWithAckAsync<TAnswer>(eventName, SocketArguments.FromList(arguments, Json), null, CancellationToken.None);

    /// <inheritdoc cref="EmitWithAckAsync{TAnswer}(string, object?[])"/>
    /// <param name="eventName">The event's name.</param>
    /// <param name="arguments">The arguments.</param>
    /// <param name="timeout">How long to wait; null for the option's.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<TAnswer?> EmitWithAckAsync<TAnswer>(string eventName, SocketArguments arguments, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        EmitRules.Check(eventName, arguments);
        return AckAnswer.Read<TAnswer>(await RequestAsync(eventName, arguments, timeout, cancellationToken).ConfigureAwait(false), Json);
    }

    /// <summary>Disconnects it.</summary>
    /// <param name="close">Whether to end the client's whole connection, and with it its other namespaces.</param>
    public void Disconnect(bool close = false) => Client.Disconnect(this, close);

    internal Task<SocketArguments> RequestAsync(string eventName, SocketArguments arguments, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var ackId = Acks.Begin(out var answer);
        Client.OnAnswerAwaited();
        Deliver(PacketWriter.Event(Namespace, eventName, arguments, ackId), isVolatile: false);
        return Acks.WaitAsync(ackId, answer, timeout ?? Host.Server.Options.AckTimeout, cancellationToken);
    }

    internal ValueTask JoinAsync(IReadOnlyList<string> rooms, bool trusted) => Host.Server.Adapter.JoinAsync(this, rooms, trusted, Client.Session.Closed);

    internal ValueTask LeaveAsync(IReadOnlyList<string> rooms) => Host.Server.Adapter.LeaveAsync(this, rooms);

    /// <summary>Sends an event's messages; until the client was told that it is connected, they wait.</summary>
    /// <param name="messages">The messages.</param>
    /// <param name="isVolatile">Whether they are dropped where they would wait.</param>
    /// <param name="more">As for <see cref="IEngineSession.Send"/>.</param>
    internal void Deliver(EngineMessage[] messages, bool isVolatile, bool more = false)
    {
        if (TryDeliver(messages, isVolatile, more))
        {
            Host.Server.Metrics.EventSent(Host.Definition);
        }
        else if (isVolatile)
        {
            Host.Server.Metrics.EventDropped(Host.Definition);
        }
    }

    /// <summary>Sends an acknowledgement's messages, likewise.</summary>
    internal void DeliverAck(EngineMessage[] messages) => TryDeliver(messages, isVolatile: false, more: false);

    /// <summary>Reads what delivering is about to need; what is returned means nothing.</summary>
    internal int Preload() => (int)_state + Client.Session.Preload();

    private bool TryDeliver(EngineMessage[] messages, bool isVolatile, bool more)
    {
        if (_held is not null)
        {
            // Until all that was held has gone out, too: what comes then is behind it.
            lock (Inbox)
            {
                if (_held is not null)
                {
                    if (!isVolatile)
                    {
                        Hold(messages);
                    }

                    return !isVolatile;
                }
            }
        }

        return _state == SocketState.Connected && (!isVolatile || Client.Session.IsWritable) && Client.Session.Send(messages, more);
    }

    /// <summary>Whether more waited for it, before it was open, than may wait for a client.</summary>
    internal bool HasOverflown { get; private set; }

    /// <summary>Forgets what waits.</summary>
    internal void DropHeld()
    {
        lock (Inbox)
        {
            _held?.Clear();
            _heldBytes = 0;
            HasOverflown = false;
        }
    }

    private void Hold(EngineMessage[] messages)
    {
        foreach (var message in messages)
        {
            // As the outbox counts, through which all of it goes out at once.
            _heldBytes += message.Size;
        }

        if (_heldBytes > Host.Server.Options.Engine.MaxBufferedBytes - ConnectRoom)
        {
            HasOverflown = true;
            return;
        }

        _held!.Add(messages);
    }

    /// <summary>Tells the client that it is connected, and then what has waited for that; and its namespace. Both or neither: one that was ended before has never been there.</summary>
    /// <param name="onConnected">The first thing for its inbox, so that it is done before any event and before what an end adds. Under the lock until the client was told, so that it finds it connected.</param>
    /// <param name="connect">What the client is told.</param>
    /// <returns>False when it is no longer connecting.</returns>
    internal bool Open(Func<Socket, ValueTask> onConnected, EngineMessage connect)
    {
        lock (Inbox)
        {
            if (_held is null || _state != SocketState.Connecting)
            {
                return false;
            }

            if (HasOverflown)
            {
                Client.Session.Close(EngineCloseReasons.SlowConsumer);
                return false;
            }

            // Before its client is told, which may answer at once.
            WasOpened = true;
            _state = SocketState.Connected;
            Host.Server.Metrics.Connected(Host.Definition);
            Inbox.AddAlone(onConnected);
            Client.Session.Send([connect]);
            foreach (var messages in _held)
            {
                Client.Session.Send(messages);
            }

            _held = null;
            return true;
        }
    }

    /// <summary>Whether its client was told that it connected, and its namespace was, or is to be: then that is told of its end, too.</summary>
    internal bool WasOpened { get; private set; }

    /// <summary>Whether it is no longer connected, and will not be.</summary>
    internal bool HasEnded
    {
        get
        {
            lock (Inbox)
            {
                return _state == SocketState.Disconnected;
            }
        }
    }

    /// <summary>Ends it; the first call alone counts.</summary>
    internal bool TryEnd()
    {
        lock (Inbox)
        {
            if (_state == SocketState.Disconnected)
            {
                return false;
            }

            _held = null;
            _state = SocketState.Disconnected;
        }

        AcksIfAny?.CancelAll();
        return true;
    }

    /// <summary>Once it has ended: ends the work that ends with it.</summary>
    internal Task CancelWorkAsync() => _disconnected?.CancelAsync() ?? Task.CompletedTask;

    private sealed class VolatileEmission(Socket socket) : SocketEmission
    {
        internal override JsonSerializerOptions Json => socket.Json;

        public override ValueTask EmitAsync(string eventName, SocketArguments arguments, CancellationToken cancellationToken = default)
        {
            EmitRules.Check(eventName, arguments);
            return socket.Host.Server.Adapter.EmitToSocketAsync(socket, eventName, arguments, isVolatile: true, cancellationToken);
        }
    }
}

internal enum SocketState
{
    Connecting,
    Connected,
    Disconnected,
}
