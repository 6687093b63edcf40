using Microsoft.Extensions.DependencyInjection;
using PushApp.SocketIO;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.SocketIO;

/// <summary>The rooms of many sockets, changed at once.</summary>
public sealed class ManySocketsTests(BrokerFixture brokers) : IClassFixture<BrokerFixture>
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_socket_that_takes_long_holds_up_no_other(bool leave)
    {
        var token = TestContext.Current.CancellationToken;
        await using var node = await SocketIONode.StartAsync(
            io => io.MapNamespace<TestNamespace>(),
            (await brokers.GetAsync(BrokerKind.RedisServer)).ConnectionString,
            Guid.NewGuid().ToString("N")[..8],
            services: services => services.AddSingleton<Journal>());
        using var one = await OpenAsync(node);
        using var two = await OpenAsync(node);
        using var three = await OpenAsync(node);
        if (leave)
        {
            await ChangeAsync(leaves: false);
        }

        // The one that comes first.
        var sockets = ((SocketServer)node.Server).FindHost("/")!.Index.Select(new EmitTarget("/"));
        var turn = await ((PushSocketState)sockets[0].AdapterState!).Changing.EnterAsync(token);
        var changing = ChangeAsync(leave);
        await Until.TrueAsync(() => sockets.Skip(1).All(socket => socket.Rooms.Contains("x") != leave), "the others have changed");
        Assert.False(changing.IsCompleted);
        turn.Dispose();
        await changing;

        Assert.True(sockets[0].Rooms.Contains("x") != leave);

        async Task ChangeAsync(bool leaves) => await (leaves ? node.Server.Main.SocketsLeaveAsync("x") : node.Server.Main.SocketsJoinAsync("x"));
    }

    private static async Task<Engine.EngineSocket> OpenAsync(SocketIONode node)
    {
        var socket = await RawClient.OpenAsync(node, "");
        await socket.ReceiveAsync("42[\"welcome\"");
        return socket;
    }
}
