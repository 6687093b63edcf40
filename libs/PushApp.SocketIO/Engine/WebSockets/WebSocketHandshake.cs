using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using PushApp.Push.Transport;
using PushApp.SocketIO.Engine.Cluster;

namespace PushApp.SocketIO.Engine.WebSockets;

/// <summary>
/// The opening handshake, over HTTP/1.1 (https://www.rfc-editor.org/rfc/rfc6455#section-4.2) and HTTP/2 (https://www.rfc-editor.org/rfc/rfc8441), on the server's own
/// upgrade. Not ASP.NET Core's WebSocket: here many packets go out in one write, without a copy of each, and an idle connection holds no buffers and no timer.
/// It needs no <c>UseWebSockets()</c>, and is not disturbed by it.
/// </summary>
internal static class WebSocketHandshake
{
    /// <summary>Whether the request asks for a WebSocket.</summary>
    public static bool IsUpgrade(HttpContext context)
    {
        if (context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect)
        {
            return string.Equals(connect.Protocol, "websocket", StringComparison.OrdinalIgnoreCase);
        }

        var headers = context.Request.Headers;
        return context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }
            && HttpMethods.IsGet(context.Request.Method)
            && headers.GetCommaSeparatedValues("Upgrade").Contains("websocket", StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Whether the request's headers are those of a handshake; 400 otherwise.</summary>
    public static bool IsValid(HttpContext context)
    {
        var headers = context.Request.Headers;
        if (headers.SecWebSocketVersion is not ["13"])
        {
            return false;
        }

        Span<byte> key = stackalloc byte[16];
        return context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true }
            || (headers.SecWebSocketKey is [{ Length: 24 } text] && Convert.TryFromBase64String(text, key, out var length) && length == 16);
    }

    /// <summary>
    /// Answers the handshake. From here on the request's connection is the WebSocket's; where it can be handed over it is, and the request may end. Whoever gets the WebSocket
    /// releases it at its end.
    /// </summary>
    public static async Task<WebSocketConnection> AcceptAsync(HttpContext context, EngineOptions options)
    {
        IHandOverFeature? handOver = null;
        Stream stream;
        if (context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect)
        {
            stream = await connect.AcceptAsync().ConfigureAwait(false);
        }
        else
        {
            var headers = context.Response.Headers;
            headers.Upgrade = "websocket";
            headers.SecWebSocketAccept = Accept(context.Request.Headers.SecWebSocketKey.ToString());
            handOver = ForwardedRequest.Is(context) ? null : HandOver.FindForUpgrade(context);
            stream = await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync().ConfigureAwait(false);
        }

        if (handOver is not null && await handOver.TakeAsync(context.RequestAborted).ConfigureAwait(false) is { } taken)
        {
            // As long as the client may take to answer a ping, which is what tells of one that vanished.
            taken.Descriptor.SetUserTimeout(options.PingInterval + options.PingTimeout);
            var wire = new DescriptorStream(taken);
            return new WebSocketConnection(wire, options.MaxPayload);
        }

        return new WebSocketConnection(stream, options.MaxPayload, context.Abort);
    }

    [SuppressMessage("Security", "CA5350", Justification = "The protocol asks for SHA-1; nothing rests on it.")]
    private static string Accept(string key) =>
        Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
}
