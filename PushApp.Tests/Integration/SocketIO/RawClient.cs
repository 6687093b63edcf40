using System.Net.WebSockets;
using System.Text.Json.Nodes;
using PushApp.Tests.Infrastructure;
using PushApp.Tests.Integration.SocketIO.Engine;

namespace PushApp.Tests.Integration.SocketIO;

/// <summary>A client of Socket.IO packet by packet, over a WebSocket, for what the official one does not do.</summary>
internal static class RawClient
{
    /// <summary>Opens a connection that is in no namespace.</summary>
    public static async Task<EngineSocket> OpenAsync(SocketIONode node)
    {
        var socket = await ConnectAsync(node, "EIO=4&transport=websocket");
        await socket.ReceiveTextAsync();
        return socket;
    }

    /// <summary>Upgrades a session that polls.</summary>
    public static async Task<EngineSocket> UpgradeAsync(SocketIONode node, string sid)
    {
        var socket = await ConnectAsync(node, $"EIO=4&transport=websocket&sid={sid}");
        await EngineProtocolTests.UpgradeAsync(socket);
        return socket;
    }

    /// <summary>Opens one and asks for the main namespace.</summary>
    public static async Task<EngineSocket> OpenAsync(SocketIONode node, string auth)
    {
        var socket = await OpenAsync(node);
        await socket.SendAsync("40" + auth);
        return socket;
    }

    /// <summary>Opens one that comes back.</summary>
    public static Task<EngineSocket> ReturnAsync(SocketIONode node, string privateId) => OpenAsync(node, $"{{\"pid\":\"{privateId}\"}}");

    /// <summary>What it is told next is that it is connected: its id, and the private one that it recovers with.</summary>
    public static async Task<(string Id, string PrivateId)> ConnectedAsync(this EngineSocket socket)
    {
        var packet = await socket.ReceiveTextAsync();
        Assert.StartsWith("40{", packet, StringComparison.Ordinal);
        var answer = JsonNode.Parse(packet[2..])!;
        return ((string)answer["sid"]!, (string?)answer["pid"] ?? "");
    }

    private static async Task<EngineSocket> ConnectAsync(SocketIONode node, string query)
    {
        var client = new ClientWebSocket();
        await client.ConnectAsync(new UriBuilder(node.Address) { Scheme = "ws", Path = "/socket.io/", Query = query }.Uri, TestContext.Current.CancellationToken);
        return new EngineSocket(client);
    }

    /// <summary>Reads until a packet begins so; those before it are passed over.</summary>
    public static async Task<string> ReceiveAsync(this EngineSocket socket, string start)
    {
        while (true)
        {
            var packet = await socket.ReceiveTextAsync();
            if (packet.StartsWith(start, StringComparison.Ordinal))
            {
                return packet;
            }
        }
    }
}
