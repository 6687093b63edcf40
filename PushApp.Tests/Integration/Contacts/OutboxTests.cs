using Microsoft.EntityFrameworkCore;
using PushApp.Contacts;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Contacts;

public abstract class OutboxTests(StoreKind store) : StoreTests(store)
{
    // The lease stays as long as it is by default: a relay that stood still for all of it, as on a busy machine, would rightly lose it, and repeat what the next one sends.
    private static readonly Dictionary<string, string?> Quick = new() { ["Outbox:PollInterval"] = "00:00:00.1" };

    [Fact]
    public async Task Events_go_out_in_order_although_the_broker_was_away()
    {
        await using var host = await StartAsync(withWorker: false, Quick);
        var failures = 3;
        host.Publisher.Before = _ => failures-- > 0 ? throw new IOException("The broker is away.") : Task.CompletedTask;

        await AddAsync(host, 250);

        await host.Publisher.WaitForAsync("e249");
        Assert.Equal(Enumerable.Range(0, 250).Select(i => $"e{i}"), host.Publisher.Events.Select(e => e.EventName));
        await Emptied(host);
    }

    [Fact]
    public async Task Channel_whose_server_is_away_holds_up_no_other()
    {
        await using var host = await StartAsync(withWorker: false, Quick);
        var isAway = true;
        host.Publisher.Before = e => isAway && e.Channel == "user:bo" ? throw new PublisherAwayException("Its server is away.") : Task.CompletedTask;

        // More of those that have to wait than are read at once, and before the others.
        await AddAsync(host, 250, channel: "user:bo");
        await AddAsync(host, 3);
        await host.Publisher.WaitForAsync("e2");
        Assert.Equal([("user:ann", "e0"), ("user:ann", "e1"), ("user:ann", "e2")], host.Publisher.Events.Select(e => (e.Channel, e.EventName)));

        isAway = false;
        await Emptied(host);
        Assert.Equal(Enumerable.Range(0, 250).Select(i => $"e{i}"), host.Publisher.Events.Where(e => e.Channel == "user:bo").Select(e => e.EventName));
    }

    [Fact]
    public async Task Two_relays_publish_each_event_once_and_in_order()
    {
        await using var host = await StartAsync(withWorker: false, Quick);
        await using var other = await host.StartAnotherAsync(withWorker: false, Quick);
        for (var i = 0; i < 20; i++)
        {
            await AddAsync(i % 2 == 0 ? host : other, 10, i * 10);
        }

        await host.Publisher.WaitForAsync("e199");
        Assert.Equal(Enumerable.Range(0, 200).Select(i => $"e{i}"), host.Publisher.Events.Select(e => e.EventName));
        await Emptied(host);
        Assert.Equal(0, host.Publisher.Repeated);
    }

    [Fact]
    public async Task Event_that_can_never_be_published_is_passed_over_and_kept()
    {
        await using var host = await StartAsync(withWorker: false, Quick);
        host.Publisher.Before = e => e.EventName == "e1" ? throw new EventRefusedException("Too large.") : Task.CompletedTask;

        await AddAsync(host, 3);

        await host.Publisher.WaitForAsync("e2");
        await ContactsHost.Eventually(async () =>
        {
            await using var context = host.CreateContext();
            var left = await context.Outbox.ToListAsync(TestContext.Current.CancellationToken);
            return left is [{ EventName: "e1", RefusedBecause: "Too large." }] ? left : null;
        });
        Assert.Equal(["e0", "e2"], host.Publisher.Events.Select(e => e.EventName));
    }

    [Fact]
    public async Task Lease_of_a_relay_that_died_runs_out()
    {
        await using var host = await StartAsync(withWorker: false, Quick);
        await using (var context = host.CreateContext())
        {
            await context.Leases.ExecuteUpdateAsync(
                set => set.SetProperty(lease => lease.Token, "dead").SetProperty(lease => lease.Until, DateTimeOffset.UtcNow.AddSeconds(1)),
                TestContext.Current.CancellationToken);
        }

        await AddAsync(host, 1);

        await host.Publisher.WaitForAsync("e0");
    }

    internal static async Task AddAsync(ContactsHost host, int count, int first = 0, string channel = "user:ann")
    {
        await using var context = host.CreateContext();
        for (var i = first; i < first + count; i++)
        {
            context.AddEvent(channel, $"e{i}", "{}", DateTimeOffset.UtcNow);
        }

        await context.SaveChangesAsync(TestContext.Current.CancellationToken);
        host.Get<WakeUpSignal>().Set();
    }

    internal static Task<string> Emptied(ContactsHost host) => ContactsHost.Eventually(async () =>
    {
        await using var context = host.CreateContext();
        return await context.Outbox.AnyAsync(TestContext.Current.CancellationToken) ? null : "empty";
    });
}

public sealed class OutboxOnSqliteTests() : OutboxTests(StoreKind.Sqlite);

public sealed class OutboxOnPostgreSqlTests() : OutboxTests(StoreKind.PostgreSql);
