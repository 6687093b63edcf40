using System.Collections.Immutable;
using PushApp.SocketIO.Engine;
using PushApp.SocketIO.Protocol;

namespace PushApp.SocketIO;

/// <summary>One connection of a client, with its sockets: one for each namespace it is in.</summary>
internal sealed class SocketClient(SocketServer server) : IEngineListener
{
    // Namespaces are the client's to name where they are dynamic.
    private const int MostKnown = 1000;

    // Mostly one; changed under the lock, which is this object itself. A server holds very many of these: what is seldom used is made when it is, and let go.
    private ImmutableArray<Socket> _sockets = [];

    // The names of namespaces that it was in and is not now. Under the lock.
    private HashSet<string>? _left;

    // Those that ask for a namespace, by its name. Under the lock a name goes from here to the sockets, so that it is in one of them and counts once.
    private Dictionary<string, SocketHandshake>? _connecting;
    private ITimer? _connectTimer;

    // While a packet's attachments are to come.
    private PacketReader? _reader;
    private IEngineSession? _session;

    public IEngineSession Session => _session ?? throw new InvalidOperationException("The session has not opened.");

    /// <summary>Whether it speaks the protocol of socket.io-client 2: in the main namespace from the start, and no payload when it connects.</summary>
    public bool IsLegacy => Session.Protocol == 3;

    public Socket? Find(string name) => FindAny(name) is { IsConnected: true } socket ? socket : null;

    public void OnOpen(IEngineSession session)
    {
        _session = session;
        if (IsLegacy)
        {
            Connect("/", default);
            return;
        }

        // https://socket.io/docs/v4/server-options/#connecttimeout
        _connectTimer = server.Time.CreateTimer(
            static state => ((SocketClient)state!).OnConnectTimeout(), this, server.Options.ConnectTimeout, Timeout.InfiniteTimeSpan);
    }

    public ValueTask OnMessageAsync(EngineMessage message)
    {
        var reader = _reader ?? new PacketReader(IsLegacy ? server.LegacyLimits : server.Limits);
        var read = message.IsBinary
            ? reader.TryReadBinary(message.Data, out var packet, out var error)
            : reader.TryReadText(message.Data, out packet, out error);
        _reader = reader.IsIncomplete ? reader : null;
        if (!read)
        {
            SocketIOLog.BadPacket(server.Logger, Session.Id, error!);
            Session.Close(EngineCloseReasons.ParseError);
            return ValueTask.CompletedTask;
        }

        return packet is null ? ValueTask.CompletedTask : TakeAsync(packet);
    }

    public void OnClose(string reason)
    {
        StopConnectTimer();
        foreach (var socket in _sockets)
        {
            End(socket, reason);
        }
    }

    /// <summary>Disconnects a socket from its namespace, or the whole connection.</summary>
    public void Disconnect(Socket socket, bool close)
    {
        if (!close)
        {
            // One that was never told that it connected is refused by whoever connects it.
            if (End(socket, DisconnectReasons.ServerNamespace) && socket.WasOpened)
            {
                Session.Send([PacketWriter.Disconnect(socket.Namespace)]);
            }

            return;
        }

        // Each is told, so that the client does not come back by itself (https://socket.io/docs/v4/server-socket-instance/#socketdisconnectclose).
        var sockets = _sockets;
        foreach (var each in sockets.Contains(socket) ? sockets : sockets.Add(socket))
        {
            // Ended first, or a client that is quick to go would end it, as a loss of its connection. One that still connects is refused here: later there is no connection to do it by.
            if (End(each, DisconnectReasons.ServerNamespace))
            {
                Session.Send([each.WasOpened ? PacketWriter.Disconnect(each.Namespace) : Refusal(each.Namespace, NamespaceDispatcher.Disconnected())]);
            }
        }

        Session.Close(EngineCloseReasons.ForcedClose);
    }

    private async ValueTask TakeAsync(Packet packet)
    {
        if (packet.Type == PacketType.Connect)
        {
            Connect(packet.Namespace, packet.Payload);
            return;
        }

        var name = NameOf(packet.Namespace);
        if (Find(name) is not { } socket)
        {
            // What was under way when the server disconnected the socket says nothing; anything else from a namespace that was never joined is against the protocol.
            if (!WasIn(name))
            {
                SocketIOLog.BadPacket(server.Logger, Session.Id, "it names a namespace that the client is not in");
                Session.Close(EngineCloseReasons.ParseError);
            }

            return;
        }

        switch (packet.Type)
        {
            case PacketType.Disconnect:
                End(socket, DisconnectReasons.ClientNamespace);
                break;
            case PacketType.Ack:
                socket.Acks.Complete(packet.AckId!.Value, packet.Arguments!);
                break;
            default:
                try
                {
                    await socket.Inbox.AddAsync(packet).ConfigureAwait(false);
                }
                catch (OperationCanceledException) when (Session.HasEnded)
                {
                    // The client is gone; what it sent before is handled all the same.
                }

                break;
        }
    }

    /// <summary>A client of protocol 3 may put a query behind the namespace, as it has no payload; it is what it connects with (<see cref="SocketHandshake.Auth"/>).</summary>
    private string NameOf(string name) => IsLegacy && name.IndexOf('?', StringComparison.Ordinal) is var at and >= 0 ? name[..at] : name;

    private void Connect(string requested, ReadOnlyMemory<byte> payload)
    {
        var name = NameOf(requested);
        var handshake = IsLegacy && payload.IsEmpty ? new SocketHandshake(Session.Handshake, requested[name.Length..]) : new SocketHandshake(Session.Handshake, payload);
        Socket? known;
        bool isFull;
        lock (this)
        {
            known = FindAny(name);
            if (known is null && _connecting?.ContainsKey(name) == true)
            {
                // Whoever asks twice is answered once.
                return;
            }

            isFull = known is null && _sockets.Length + (_connecting?.Count ?? 0) >= server.Options.MaxNamespaces;
            if (known is null && !isFull)
            {
                (_connecting ??= new Dictionary<string, SocketHandshake>(StringComparer.Ordinal)).Add(name, handshake);
            }
        }

        if (known is not null)
        {
            ConnectAgain(known);
            return;
        }

        if (isFull)
        {
            Refuse(name, new SocketException($"A connection may be in at most {server.Options.MaxNamespaces} namespaces.", "too_many_namespaces"));
            return;
        }

        // Not awaited: who asks a database whether one namespace may be joined does not hold up the others.
        _ = Task.Run(() => ConnectAsync(name, handshake));
    }

    /// <summary>
    /// The client asks for a namespace where it was told that it is in it. The official one does after it left before it heard so, of which it tells nobody; it would wait for an answer for ever, and one that is
    /// given from the old socket is none of what it asks with now. It comes back by itself to a connection that ends, as the reference has it end.
    /// </summary>
    private void ConnectAgain(Socket socket)
    {
        // One that still connects is answered soon; clients of protocol 3 are in the main namespace unasked, and some ask all the same.
        if (socket.IsConnected && !(IsLegacy && socket.Namespace == "/"))
        {
            SocketIOLog.BadPacket(server.Logger, Session.Id, "it asks for a namespace that the client is in");
            Session.Close(EngineCloseReasons.ParseError);
        }
    }

    private async Task ConnectAsync(string name, SocketHandshake handshake)
    {
        SocketException? refusal = null;
        try
        {
            if (await server.FindHostAsync(name, handshake, Session).ConfigureAwait(false) is { } host)
            {
                await host.Dispatcher.ConnectAsync(this, handshake).ConfigureAwait(false);
            }
            else
            {
                refusal = new SocketException("Invalid namespace", "unknown_namespace");
            }
        }
        catch (SocketException refused)
        {
            refusal = refused;
        }
        catch (OperationCanceledException) when (Session.HasEnded)
        {
            // Gone before it had connected.
        }
        catch (Exception error)
        {
            SocketIOLog.ConnectFailed(server.Logger, name, error);
            refusal = new SocketException("The server failed to connect you. Try again later.", "failed");
        }
        finally
        {
            lock (this)
            {
                RemoveConnecting(name, handshake);
            }
        }

        // After it asks no more: a client may ask again as soon as it hears.
        if (refusal is not null)
        {
            Refuse(name, refusal);
        }
    }

    /// <summary>Under the lock. The client may have left meanwhile and asked again, which is another's affair.</summary>
    private void RemoveConnecting(string name, SocketHandshake handshake)
    {
        if (_connecting is not null && _connecting.TryGetValue(name, out var asked) && asked == handshake)
        {
            _connecting.Remove(name);
            if (_connecting.Count == 0)
            {
                _connecting = null;
            }
        }
    }

    /// <summary>A socket that may connect: from now on it ends with the connection.</summary>
    /// <returns>False when it was ended before.</returns>
    public bool Add(Socket socket)
    {
        StopConnectTimer();
        lock (this)
        {
            _sockets = _sockets.Add(socket);
            RemoveConnecting(socket.Namespace, socket.Handshake);
        }

        if (socket.HasEnded)
        {
            // Whoever ended it may not have found it here.
            lock (this)
            {
                _sockets = _sockets.Remove(socket);
            }

            return false;
        }

        if (Session.CloseReason is { } reason)
        {
            // OnClose may have come before.
            End(socket, reason);
        }

        return true;
    }

    /// <summary>Whether a handler waits for an acknowledgement of this client, in whichever namespace.</summary>
    public bool AwaitsAnswer
    {
        get
        {
            foreach (var socket in _sockets)
            {
                if (socket.AcksIfAny?.Any == true)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>A handler begins to wait for one: it stands behind what else the client has sent, so that the connection is to be read on.</summary>
    public void OnAnswerAwaited()
    {
        foreach (var socket in _sockets)
        {
            socket.Inbox.Reconsider();
        }
    }

    private void Refuse(string name, SocketException reason)
    {
        server.Metrics.ConnectRefused(server.FindHost(name)?.Definition, reason.Name);
        SocketIOLog.Refused(server.Logger, name, reason.Message);
        Session.Send([Refusal(name, reason)]);
    }

    private EngineMessage Refusal(string name, SocketException reason) => PacketWriter.ConnectError(name, IsLegacy
        ? System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(reason.Details ?? reason.Message, server.Json)
        : reason.ToConnectError(server.Json));

    /// <summary>Ends a socket; the first call alone counts.</summary>
    /// <returns>Whether this was it.</returns>
    public bool End(Socket socket, string reason)
    {
        if (!socket.TryEnd())
        {
            return false;
        }

        lock (this)
        {
            if (_sockets.Contains(socket))
            {
                _sockets = _sockets.Remove(socket);
                _left ??= new HashSet<string>(StringComparer.Ordinal);
                if (_left.Count < MostKnown)
                {
                    _left.Add(socket.Namespace);
                }
            }
        }

        socket.Host.Dispatcher.Disconnect(socket, reason);
        return true;
    }

    private Socket? FindAny(string name)
    {
        foreach (var socket in _sockets)
        {
            if (string.Equals(socket.Namespace, name, StringComparison.Ordinal))
            {
                return socket;
            }
        }

        return null;
    }

    /// <summary>Whether it is in a namespace, or was.</summary>
    private bool WasIn(string name)
    {
        lock (this)
        {
            return FindAny(name) is not null || _left?.Contains(name) == true;
        }
    }

    // A timer keeps the context it was made in: it is let go of with it.
    private void StopConnectTimer() => Interlocked.Exchange(ref _connectTimer, null)?.Dispose();

    private void OnConnectTimeout()
    {
        bool isConnecting;
        lock (this)
        {
            isConnecting = _connecting is not null;
        }

        if (isConnecting)
        {
            // Whoever decides takes long; a client that is refused is to be in another namespace in time.
            _connectTimer?.Change(server.Options.ConnectTimeout, Timeout.InfiniteTimeSpan);
        }
        else if (_sockets.IsEmpty)
        {
            Session.Close(EngineCloseReasons.ForcedClose);
        }
    }
}
