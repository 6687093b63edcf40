using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Push;

public sealed class AccessHintTests
{
    [Fact]
    public async Task A_node_that_may_not_listen_for_changes_of_access_listens_once_it_may()
    {
        var cancelled = TestContext.Current.CancellationToken;
        await using var broker = await BrokerProcess.StartAsync(BrokerKind.RedisServer, cancelled);
        await using var admin = await broker.ConnectAsync();
        await admin.GetDatabase().ExecuteAsync("ACL", "SETUSER", "guest", "on", ">guest", "allkeys", "allcommands", "resetchannels");
        var isRefused = new TaskCompletionSource();
        using var hook = new LogHook((name, _) =>
        {
            if (name == "CannotListen")
            {
                isRefused.TrySetResult();
            }
        });
        await using var node = await PushNode.StartAsync(
            $"127.0.0.1:{broker.Port},user=guest,password=guest,configChannel=",
            "t",
            new Dictionary<string, string?> { ["Push:Streams:RecheckInterval"] = "00:00:01", ["Push:Streams:JoinTimeout"] = "00:00:00.1" },
            builder => hook.AddTo(builder.Services));
        await using var stream = await node.OpenAsync();
        await isRefused.Task.WaitAsync(TimeSpan.FromSeconds(30), cancelled);
        Assert.Equal(0, await CountAsync());

        await admin.GetDatabase().ExecuteAsync("ACL", "SETUSER", "guest", "allchannels");
        await Until.TrueAsync(async () => await CountAsync() == 1, "it listens");

        async Task<int> CountAsync() => (int)((StackExchange.Redis.RedisResult[])(await admin.GetDatabase().ExecuteAsync("PUBSUB", "NUMSUB", "t:access"))!)[1];
    }
}
