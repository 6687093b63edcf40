using System.Diagnostics;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;
using PushApp.SocketIO.Protocol;
using PushApp.SocketIO.Telemetry;

namespace PushApp.SocketIO;

/// <summary>Calls a namespace's class: when a client connects, for each of its events, and when it has disconnected.</summary>
internal sealed class NamespaceDispatcher(NamespaceHost host)
{
    private readonly NamespaceDefinition _definition = host.Definition;
    private readonly SocketServer _server = host.Server;

    /// <summary>Connects a client. What is thrown refuses it; then nothing of it is left.</summary>
    public async Task ConnectAsync(SocketClient client, SocketHandshake handshake)
    {
        var socket = new Socket(client, host, SocketIds.New(client.Session, host.Name), handshake);
        try
        {
            await _server.Adapter.AttachAsync(socket, client.Session.Closed).ConfigureAwait(false);
            await AdmitAsync(socket).ConfigureAwait(false);
            await _server.Adapter.SaveAsync(socket).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            // Unless somebody ended it meanwhile, who has let go of it too.
            if (socket.TryEnd())
            {
                // A client that came back and was not refused by a decision (a broker that is away, a connection lost once more) may come again; for a new one nothing need be kept.
                var reason = socket.Recovered && error is not SocketException ? DisconnectReasons.TransportError : DisconnectReasons.ServerNamespace;
                _server.Adapter.Detach(socket, reason);
                await socket.CancelWorkAsync().ConfigureAwait(false);
                _server.Release(host);
            }

            throw;
        }

        if (!client.Add(socket))
        {
            throw Disconnected();
        }

        if (socket.Open(OnConnectedAsync, client.IsLegacy ? PacketWriter.Connect(host.Name, null, null) : PacketWriter.Connect(host.Name, socket.Id, socket.RecoveryId)))
        {
            SocketIOLog.Connected(_server.Logger, socket.Id, host.Name, socket.Recovered);
        }
        else if (!client.Session.HasEnded)
        {
            throw Disconnected();
        }
    }

    /// <summary>What a client is told that was disconnected before it was told that it connected.</summary>
    public static SocketException Disconnected() => new("You were disconnected while you connected.", "disconnected");

    /// <summary>The socket has ended: nothing reaches it any more; its class, where it was told of the beginning, is told after its last event.</summary>
    public void Disconnect(Socket socket, string reason)
    {
        if (socket.WasOpened)
        {
            _server.Metrics.Disconnected(_definition);
        }

        SocketIOLog.Disconnected(_server.Logger, socket.Id, host.Name, reason);
        _server.Adapter.Detach(socket, reason);
        if (socket.WasOpened)
        {
            socket.Inbox.AddAlone(target => OnDisconnectedAsync(target, reason));
        }

        _server.Release(host);

        // Whoever waits on this token runs here, on a thread of its own.
        _ = Task.Run(socket.CancelWorkAsync);
    }

    public async ValueTask InvokeEventAsync(Socket socket, Packet packet)
    {
        _server.Metrics.EventReceived(_definition);
        using var activity = SocketIOActivitySource.StartEvent(_definition, packet.EventName!);
        var scope = _server.Services.CreateAsyncScope();
        await using (scope.ConfigureAwait(false))
        {
            var context = new SocketEventContext(socket, packet.EventName!, packet.Arguments!, scope.ServiceProvider, packet.AckId is not null);
            SocketException? error = null;
            try
            {
                await RunFiltersAsync(context, 0).ConfigureAwait(false);
            }
            catch (SocketException exception)
            {
                activity?.SetTag("error.type", exception.Name);
                error = exception;
            }
            catch (OperationCanceledException) when (socket.HasEnded || socket.Client.Session.HasEnded)
            {
                // Its work ended with it, as it should.
            }
            catch (SocketDisconnectedException exception)
            {
                // Who was asked for an acknowledgement went away, as clients do.
                activity?.SetTag("error.type", exception.GetType().FullName);
                SocketIOLog.PeerLeft(_server.Logger, context.EventName, host.Name, exception.Message);
                error = new SocketException($"The server failed to handle '{context.EventName}'.", SocketErrors.Failed);
            }
            catch (Exception exception)
            {
                activity?.SetStatus(ActivityStatusCode.Error, exception.Message);
                activity?.SetTag("error.type", exception.GetType().FullName);
                SocketIOLog.HandlerFailed(_server.Logger, context.EventName, host.Name, exception);
                error = new SocketException($"The server failed to handle '{context.EventName}'.", SocketErrors.Failed);
            }

            try
            {
                await _server.Adapter.SaveAsync(socket).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                // It was handled, whatever becomes of a recovery: the client is not left without its answer.
                Failed(socket, exception);
            }

            Answer(socket, packet, context, error);
        }
    }

    /// <summary>Something of a socket failed that nobody answers for.</summary>
    public void Failed(Socket socket, Exception error) => SocketIOLog.SocketFailed(_server.Logger, socket.Namespace, error);

    private async Task AdmitAsync(Socket socket)
    {
        var scope = _server.Services.CreateAsyncScope();
        await using (scope.ConfigureAwait(false))
        {
            if (!await IsAuthorizedAsync(scope.ServiceProvider, socket, _definition.Authorize).ConfigureAwait(false))
            {
                throw SocketException.AccessDenied($"connect to '{host.Name}'");
            }

            var context = new SocketConnectContext(socket, scope.ServiceProvider);
            var admitted = false;
            await RunAsync(0).ConfigureAwait(false);
            if (!admitted)
            {
                throw SocketException.AccessDenied($"connect to '{host.Name}'");
            }

            async ValueTask RunAsync(int index)
            {
                if (index < _definition.ConnectFilters.Count)
                {
                    await _definition.ConnectFilters[index](context, () => RunAsync(index + 1)).ConfigureAwait(false);
                    return;
                }

                await CallAsync(scope.ServiceProvider, socket, instance => instance.OnConnectingAsync()).ConfigureAwait(false);
                admitted = true;
            }
        }
    }

    private async ValueTask OnConnectedAsync(Socket socket)
    {
        var scope = _server.Services.CreateAsyncScope();
        await using (scope.ConfigureAwait(false))
        {
            await CallAsync(scope.ServiceProvider, socket, instance => instance.OnConnectedAsync()).ConfigureAwait(false);
        }

        await _server.Adapter.SaveAsync(socket).ConfigureAwait(false);
    }

    private async ValueTask OnDisconnectedAsync(Socket socket, string reason)
    {
        var scope = _server.Services.CreateAsyncScope();
        await using (scope.ConfigureAwait(false))
        {
            await CallAsync(scope.ServiceProvider, socket, instance => instance.OnDisconnectedAsync(reason)).ConfigureAwait(false);
        }
    }

    private async ValueTask CallAsync(IServiceProvider services, Socket socket, Func<SocketNamespace, ValueTask> call)
    {
        var instance = Create(services, socket);
        try
        {
            await call(instance).ConfigureAwait(false);
        }
        finally
        {
            await DisposeAsync(instance).ConfigureAwait(false);
        }
    }

    private async ValueTask RunFiltersAsync(SocketEventContext context, int index)
    {
        if (index < _definition.EventFilters.Count)
        {
            await _definition.EventFilters[index](context, () => RunFiltersAsync(context, index + 1)).ConfigureAwait(false);
            return;
        }

        await HandleAsync(context).ConfigureAwait(false);
    }

    private async ValueTask HandleAsync(SocketEventContext context)
    {
        if (context.Socket.EventsIfAny?.IsAllowed(context.EventName) == false)
        {
            throw SocketException.AccessDenied($"send '{context.EventName}' now");
        }

        var instance = Create(context.Services, context.Socket);
        try
        {
            if (!_definition.Events.TryGetValue(context.EventName, out var entry))
            {
                SocketIOLog.UnknownEvent(_server.Logger, context.EventName, host.Name);
                context.Answer = await instance.OnUnknownEventAsync(context.EventName, context.Arguments).ConfigureAwait(false);
                return;
            }

            if (entry.Authorize.Count > 0 && !await IsAuthorizedAsync(context.Services, context.Socket, entry.Authorize).ConfigureAwait(false))
            {
                throw SocketException.AccessDenied($"send '{context.EventName}'");
            }

            context.Answer = await entry.Invoke(instance, context).ConfigureAwait(false);
        }
        finally
        {
            await DisposeAsync(instance).ConfigureAwait(false);
        }
    }

    private void Answer(Socket socket, Packet packet, SocketEventContext context, SocketException? error)
    {
        if (error is not null)
        {
            if (packet.AckId is { } id)
            {
                var answer = new { error = new { name = error.Name, message = error.Message, data = error.Details } };
                socket.DeliverAck(PacketWriter.Ack(host.Name, id, SocketArguments.From(answer, _server.Json)));
            }
            else if (error.Name != SocketErrors.NoSuchEvent)
            {
                var details = new { name = error.Name, @event = context.EventName, message = error.Message, data = error.Details };
                socket.Deliver(PacketWriter.Event(host.Name, "error", SocketArguments.From(details, _server.Json)), isVolatile: false);
            }

            return;
        }

        if (packet.AckId is { } ackId && context.Answer is { } given)
        {
            socket.DeliverAck(PacketWriter.Ack(host.Name, ackId, given));
        }
    }

    private SocketNamespace Create(IServiceProvider services, Socket socket)
    {
        var instance = (SocketNamespace)_definition.Create(services, null);
        instance.Attach(socket);
        return instance;
    }

    private static async ValueTask DisposeAsync(SocketNamespace instance)
    {
        if (instance is IAsyncDisposable asyncDisposable)
        {
            await asyncDisposable.DisposeAsync().ConfigureAwait(false);
        }
        else if (instance is IDisposable disposable)
        {
            disposable.Dispose();
        }
    }

    private static async ValueTask<bool> IsAuthorizedAsync(IServiceProvider services, Socket socket, IReadOnlyList<IAuthorizeData> data)
    {
        if (data.Count == 0)
        {
            return true;
        }

        // Both are there wherever AddAuthorization was called, which [Authorize] asks for in any ASP.NET Core application.
        var policy = await AuthorizationPolicy.CombineAsync(services.GetRequiredService<IAuthorizationPolicyProvider>(), data).ConfigureAwait(false);
        return policy is null
            || (await services.GetRequiredService<IAuthorizationService>().AuthorizeAsync(socket.User, socket, policy).ConfigureAwait(false)).Succeeded;
    }
}
