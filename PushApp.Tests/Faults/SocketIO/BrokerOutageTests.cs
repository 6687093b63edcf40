using Microsoft.Extensions.DependencyInjection;
using PushApp.Push;
using PushApp.Tests.Infrastructure;
using PushApp.Tests.Integration.SocketIO;

namespace PushApp.Tests.Faults.SocketIO;

/// <summary>The broker dies under Socket.IO's clients, and comes back.</summary>
public sealed class BrokerOutageTests(SocketIOClientsFixture fixture) : IClassFixture<SocketIOClientsFixture>
{
    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task Clients_stay_connected_and_get_everything_once_when_the_broker_is_back(BrokerKind kind)
    {
        await using var broker = await BrokerProcess.StartAsync(kind, TestContext.Current.CancellationToken);
        await using var one = await StartAsync(broker);
        await using var two = await StartAsync(broker);
        var clients = await fixture.GetAsync();
        var a = await clients.OpenAsync(one.Address);
        var b = await clients.OpenAsync(two.Address);
        await a.NextAsync("welcome");
        await b.NextAsync("welcome");
        await a.AskAsync("subscribe", "x");
        await b.AskAsync("subscribe", "x");
        await EmitAsync(0);

        await broker.KillAsync();
        var during = EmitAsync(1);
        Assert.Equal("[2]", (await a.AskAsync("add", 1, 1)).ToJsonString());
        await broker.StartAsync(TestContext.Current.CancellationToken);
        await during;
        await EmitAsync(2);

        foreach (var client in (SocketIOClient[])[a, b])
        {
            await Until.TrueAsync(() => client.Of("said").Count >= 3, "everything comes");
            Assert.Equal([0, 1, 2], client.Of("said").Select(item => (int)item.Arguments[0]!));
            Assert.Empty(client.Of("disconnect"));
        }

        // Servers ask each other again, too.
        await Until.TrueAsync(CanListAsync, "both are listed");

        async Task<bool> CanListAsync()
        {
            try
            {
                return (await one.Server.Main.FetchSocketsAsync(TestContext.Current.CancellationToken)).Count == 2;
            }
            catch (TimeoutException)
            {
                return false;
            }
        }

        async Task EmitAsync(int number) => await two.Server.Main.To("x").EmitAsync("said", number, TestContext.Current.CancellationToken);
    }

    private static Task<SocketIONode> StartAsync(BrokerProcess broker) => SocketIONode.StartAsync(
        io => io.MapNamespace<TestNamespace>(),
        broker.ConnectionString,
        "outage",
        settings: new Dictionary<string, string?> { ["Push:Acknowledge"] = nameof(AcknowledgeMode.Disk), ["Push:Streams:HeadCheckInterval"] = "00:00:01" },
        services: services => services.AddSingleton<Journal>());
}
