using PushApp.Tests.Infrastructure;
using StackExchange.Redis;

namespace PushApp.Tests.Integration.Hosting;

public sealed class BrokerTests
{
    private const string Append = """
        redis.call('HSET', KEYS[1], 'sequence', ARGV[1])
        redis.call('RPUSH', KEYS[2], ARGV[1], ARGV[1])
        redis.call('LTRIM', KEYS[2], -3, -1)
        redis.call('PEXPIRE', KEYS[2], 60000)
        redis.call('PUBLISH', KEYS[3], ARGV[1])
        return redis.call('LRANGE', KEYS[2], 0, -1)
        """;

    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task A_script_that_appends_and_publishes_runs_whole(BrokerKind kind)
    {
        await using var broker = await BrokerProcess.StartAsync(kind, TestContext.Current.CancellationToken);
        await using var connection = await broker.ConnectAsync();
        var received = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await connection.GetSubscriber().SubscribeAsync(RedisChannel.Literal("c"), (_, message) => received.TrySetResult(message));

        RedisKey[] keys = ["{a}meta", "{a}log", "c"];
        await connection.GetDatabase().ScriptEvaluateAsync(Append, keys, ["1"]);
        var entries = (string[]?)await connection.GetDatabase().ScriptEvaluateAsync(Append, keys, ["2"]);

        Assert.Equal(["1", "2", "2"], entries!);
        Assert.Equal("1", await received.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
    }

    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task What_was_committed_outlives_a_SIGKILL(BrokerKind kind)
    {
        await using var broker = await BrokerProcess.StartAsync(kind, TestContext.Current.CancellationToken);
        RedisKey[] keys = ["{a}meta", "{a}log", "c"];
        for (var round = 1; round <= 3; round++)
        {
            await using (var connection = await broker.ConnectAsync())
            {
                var database = connection.GetDatabase();
                for (var i = 0; i < 100; i++)
                {
                    await database.ScriptEvaluateAsync(Append, keys, [$"{round}:{i}"]);
                }

                if (kind == BrokerKind.Garnet)
                {
                    await database.ExecuteAsync("COMMITAOF");
                }
            }

            await broker.RestartAsync(TestContext.Current.CancellationToken);

            await using var again = await broker.ConnectAsync();
            Assert.Equal($"{round}:99", await again.GetDatabase().HashGetAsync(keys[0], "sequence"));
            Assert.Equal(3, await again.GetDatabase().ListLengthAsync(keys[1]));
        }
    }

    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task A_wrong_password_opens_nothing(BrokerKind kind)
    {
        await using var broker = await BrokerProcess.StartAsync(kind, TestContext.Current.CancellationToken);

        Assert.False(await RedisPing.AnswersAsync(broker.Port, "wrong", TestContext.Current.CancellationToken));
        Assert.True(await RedisPing.AnswersAsync(broker.Port, broker.Password, TestContext.Current.CancellationToken));
    }
}
