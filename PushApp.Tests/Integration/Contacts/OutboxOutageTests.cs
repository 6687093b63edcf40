using PushApp.Contacts;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Contacts;

/// <summary>What a worker's log says of an outage of the broker: while there is something to relay, and from its start on.</summary>
public sealed class OutboxOutageTests
{
    private const string Away = "Cannot relay the outbox while the broker is away";
    private const string StillAway = "Still cannot relay the outbox.";
    private const string Back = "The outbox is relayed again.";

    [Fact]
    public async Task An_outage_of_the_broker_is_told_once_without_a_stack_trace_and_so_is_its_end()
    {
        await using var broker = await BrokerProcess.StartAsync(BrokerKind.Garnet, TestContext.Current.CancellationToken);
        await using var host = await ContactsHost.StartAsync(StoreKind.Sqlite, withWorker: false);

        // The test's own relay sends nothing: the worker is to do it.
        host.Publisher.Before = _ => throw new PublisherAwayException("This one never is there.");
        await using var worker = ChildProcess.StartProject("PushApp.ImportWorker", ["--Logging:LogLevel:PushApp.Contacts=Debug"], new Dictionary<string, string?>
        {
            ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
            ["ConnectionStrings__contacts"] = host.ConnectionString,
            ["ConnectionStrings__redis"] = broker.ConnectionString,
            ["Push__PublishTimeout"] = "00:00:00.2",
            ["Outbox__PollInterval"] = "00:00:00.1",
        });
        await OutboxTests.AddAsync(host, 1);
        await OutboxTests.Emptied(host);

        await broker.KillAsync();
        await OutboxTests.AddAsync(host, 1);
        await Until.TrueAsync(() => Count(worker, StillAway) > 1, "the worker has tried several times", TimeSpan.FromMinutes(1));
        await broker.StartAsync(TestContext.Current.CancellationToken);
        await OutboxTests.Emptied(host);
        await Until.TrueAsync(() => Count(worker, Back) > 0, "its end is told");

        Assert.Equal((1, 1), (Count(worker, Away), Count(worker, Back)));
        Assert.DoesNotContain("PublisherAwayException", worker.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_that_starts_without_a_broker_tells_once_that_it_does_not_hear_of_imports_and_once_that_it_does()
    {
        await using var broker = await BrokerProcess.StartAsync(BrokerKind.Garnet, TestContext.Current.CancellationToken);
        await broker.KillAsync();
        await using var host = await ContactsHost.StartAsync(StoreKind.Sqlite, withWorker: false);
        await using var worker = ChildProcess.StartProject("PushApp.ImportWorker", ["--Logging:LogLevel:PushApp.ImportWorker.WakeUpListener=Debug"], new Dictionary<string, string?>
        {
            ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
            ["ConnectionStrings__contacts"] = host.ConnectionString,
            ["ConnectionStrings__redis"] = $"{broker.ConnectionString},connectTimeout=500",
        });
        await Until.TrueAsync(() => Count(worker, "Still cannot listen for new imports") > 0, "the worker has tried again", TimeSpan.FromMinutes(1));
        await broker.StartAsync(TestContext.Current.CancellationToken);
        await Until.TrueAsync(() => Count(worker, "Can listen for new imports again") > 0, "its end is told", TimeSpan.FromMinutes(1));

        Assert.Equal(1, Count(worker, "Cannot listen for new imports while the broker is away"));
        Assert.DoesNotContain("RedisConnectionException", worker.Output, StringComparison.Ordinal);
    }

    private static int Count(ChildProcess process, string text) => process.Output.Split(text).Length - 1;
}
