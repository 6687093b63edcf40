using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.SocketIO.Engine;

/// <summary>The official engine.io-client of npm, 6.x and 3.x, polling only, WebSocket only and upgrading, against one node and against several behind a round-robin proxy.</summary>
public sealed class EngineOfficialClientTests(BrokerFixture brokers) : IClassFixture<BrokerFixture>
{
    [Theory]
    [InlineData(BrokerKind.Garnet, 1)]
    [InlineData(BrokerKind.Garnet, 2)]
    [InlineData(BrokerKind.RedisServer, 3)]
    public async Task Every_message_comes_back_once_in_order_and_unchanged(BrokerKind kind, int nodes)
    {
        var node = Prerequisite.Program("node", "the official clients run in it.");
        var folder = await SocketIOClients.InstallAsync();
        await using var site = await Site.StartAsync(await brokers.GetAsync(kind), nodes, options =>
        {
            options.Engine.AllowEIO3 = true;
            options.Engine.PingInterval = TimeSpan.FromSeconds(1);
        });

        await using var clients = ChildProcess.Start(node, ["engine-echo.mjs", site.Client.Http.BaseAddress!.ToString()], folder);
        await clients.WaitForExitAsync(TimeSpan.FromMinutes(2));

        Assert.True(clients.ExitCode == 0, clients.Output);
        await Until.TrueAsync(() => site.Nodes.All(each => each.Server.Count == 0), "no session is left");
    }
}
