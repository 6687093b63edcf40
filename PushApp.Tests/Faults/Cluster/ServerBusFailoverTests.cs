using Microsoft.Extensions.DependencyInjection;
using PushApp.Tests.Infrastructure;
using PushApp.Tests.Integration.SocketIO;

namespace PushApp.Tests.Faults.Cluster;

/// <summary>The server goes at which the Socket.IO servers listen to each other, and stays as a replica.</summary>
public sealed class ServerBusFailoverTests
{
    [Fact]
    public async Task Servers_find_each_other_at_the_one_that_took_its_place()
    {
        await using var cluster = await RedisCluster.StartAsync(withReplicas: true);
        await using var one = await StartAsync(cluster);
        await using var two = await StartAsync(cluster);
        await Until.TrueAsync(HearEachOtherAsync, "the servers hear each other");
        var home = await cluster.OwnerOfAsync(await cluster.SlotOfAsync("t:socketio"));

        await cluster.ReplicaOf(home).SendAsync("CLUSTER", "FAILOVER");
        await Until.TrueAsync(async () => !await home.IsPrimaryAsync(), "the server follows its former replica", TimeSpan.FromSeconds(60));
        await Until.TrueAsync(HearEachOtherAsync, "the servers hear each other again", TimeSpan.FromSeconds(30));

        // Both ask each time: a server begins to listen with its first question.
        async Task<bool> HearEachOtherAsync() => (await Task.WhenAll(AskAsync(one), AskAsync(two))).All(answers => answers is ["yes"]);
    }

    private static async Task<IReadOnlyList<string?>> AskAsync(SocketIONode node) =>
        (await node.Server.ServerSideEmitWithAckAsync<string>("/", "there?", 1, TestContext.Current.CancellationToken)).Answers;

    private static Task<SocketIONode> StartAsync(RedisCluster cluster) => SocketIONode.StartAsync(
        io => io.MapNamespace<TestNamespace>().OnServerEvent<int, string>("there?", (_, _) => new("yes")),
        cluster.ConnectionString,
        "t",
        services: added => added.AddSingleton<Journal>());
}
