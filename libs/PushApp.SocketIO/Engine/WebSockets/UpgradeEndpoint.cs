using Microsoft.AspNetCore.Http;
using PushApp.SocketIO.Engine.Packets;
using PushApp.SocketIO.Engine.Sessions;
using PushApp.SocketIO.Engine.Timing;

namespace PushApp.SocketIO.Engine.WebSockets;

/// <summary>The upgrade of a session that polls.</summary>
internal static class UpgradeEndpoint
{
    private static readonly TimeSpan CloseGrace = TimeSpan.FromSeconds(2);

    /// <summary>A WebSocket for a session that polls. One that cannot be is accepted and closed, as the reference does: clients take that for a failed upgrade.</summary>
    /// <returns>The session's WebSocket, for the caller to run; null where the upgrade came to nothing.</returns>
    public static async Task<WebSocketConnection?> UpgradeAsync(HttpContext context, EngineServer server, EngineSession session)
    {
        var socket = await WebSocketHandshake.AcceptAsync(context, server.Options).ConfigureAwait(false);
        var isUpgraded = false;
        try
        {
            isUpgraded = await TryUpgradeAsync(context, server, session, socket).ConfigureAwait(false);
            return isUpgraded ? socket : null;
        }
        finally
        {
            // Also after an error that nobody foresaw: a connection that was handed over is closed by nobody else.
            if (!isUpgraded)
            {
                socket.Release();
            }
        }
    }

    private static async Task<bool> TryUpgradeAsync(HttpContext context, EngineServer server, EngineSession session, WebSocketConnection socket)
    {
        if (!session.TryBeginUpgrade(socket))
        {
            server.Metrics.UpgradeFailed();
            await CloseAsync(socket, context.RequestAborted).ConfigureAwait(false);
            return false;
        }

        var timeout = new UpgradeTimeout(session, socket);
        server.Wheel.Set(timeout, server.Wheel.Now + server.Options.UpgradeTimeout.Ticks);
        try
        {
            var (isUpgraded, fault) = await ProbeAsync(context, session, socket).ConfigureAwait(false);
            if (!isUpgraded)
            {
                server.Wheel.Clear(timeout);
                session.AbandonUpgrade(socket);
                server.Metrics.UpgradeFailed();
                await CloseAsync(socket, context.RequestAborted, fault).ConfigureAwait(false);
            }

            return isUpgraded;
        }
        finally
        {
            server.Wheel.Clear(timeout);
            session.AbandonUpgrade(socket);
        }
    }

    /// <summary>The client tries the WebSocket with a ping, stops polling, and then says so.</summary>
    /// <returns>Whether it is the session's now, and what the client did wrong.</returns>
    private static async Task<(bool IsUpgraded, ushort Fault)> ProbeAsync(HttpContext context, EngineSession session, WebSocketConnection socket)
    {
        while (true)
        {
            var frame = await socket.ReadAsync(context.RequestAborted).ConfigureAwait(false);
            if (frame.Opcode is WebSocketOpcode.Ping or WebSocketOpcode.Pong && !frame.IsEnd)
            {
                // Of the WebSocket, not of Engine.IO; nothing is written beside the probe's answer.
                continue;
            }

            if (frame.Opcode != WebSocketOpcode.Text || !PacketCodec.TryParseText(frame.Data, out var packet))
            {
                return (false, frame.Fault);
            }

            switch (packet.Type)
            {
                case EnginePacketType.Ping when packet.Data.Span.SequenceEqual(EnginePacket.Probe.Span):
                    session.OnProbe();
                    socket.Write(EnginePacket.ProbeAnswer, session.Protocol);
                    if (!await socket.FlushAsync(context.RequestAborted).ConfigureAwait(false))
                    {
                        return (false, WebSocketCloseCode.None);
                    }

                    session.HurryPoll();
                    break;
                case EnginePacketType.Upgrade:
                    return (session.CompleteUpgrade(socket), WebSocketCloseCode.None);
                default:
                    return (false, WebSocketCloseCode.None);
            }
        }
    }

    private static async Task CloseAsync(WebSocketConnection socket, CancellationToken cancellationToken, ushort code = WebSocketCloseCode.None)
    {
        socket.WriteClose(code);
        await socket.FlushAsync(cancellationToken).ConfigureAwait(false);

        // The client closes its side; what it still sends is read, or the end of the connection would be a reset that can overtake the close frame.
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(CloseGrace);
        while (await socket.ReadAsync(patience.Token).ConfigureAwait(false) is { IsEnd: false, Fault: WebSocketCloseCode.None, Opcode: not WebSocketOpcode.Close })
        {
        }
    }

    private sealed class UpgradeTimeout(EngineSession session, WebSocketConnection socket) : Deadline
    {
        internal override void OnDue(long now) => session.AbortProbe(socket);
    }
}
