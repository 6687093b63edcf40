using System.Text.Json;
using Npgsql;
using PushApp.Contacts;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Contacts;

public abstract class SharingTests(StoreKind store) : StoreTests(store)
{
    [Fact]
    public async Task Recipient_gets_a_copy_and_is_told()
    {
        await using var host = await StartAsync();
        await host.ImportAsync(ContactsHost.Ann, "Name,Email,Phone,Company\nCy Ray,cy@example.com,555 0100,Acme\n");
        await host.Publisher.WaitForAsync("notification");
        var contact = Assert.Single(await host.ContactsOfAsync(ContactsHost.Ann));

        var shared = await host.Get<ContactSharing>().ShareAsync(ContactsHost.Ann, contact.Id, ContactsHost.Bo, TestContext.Current.CancellationToken);

        var copy = Assert.Single(await host.ContactsOfAsync(ContactsHost.Bo));
        Assert.NotEqual(contact.Id, copy.Id);
        Assert.Equal(("Cy Ray", "Acme", "cy@example.com"), (copy.Name, copy.Company, copy.Emails[0].Value));
        await host.Publisher.WaitForAsync("notification", 2);
        var events = host.Publisher.Events.Where(e => e.Channel == "user:bo").ToList();
        Assert.Equal(["contact.shared", "notification"], events.Select(e => e.EventName));
        var data = JsonElement.Parse(events[0].Data);
        Assert.Equal(("ann", copy.Id, "Cy Ray"), (data.GetProperty("from").GetString(), data.GetProperty("contactId").GetInt64(), data.GetProperty("contactName").GetString()));
        Assert.EndsWith("Z", data.GetProperty("time").GetString());
        Assert.Equal(shared!.ContactId, copy.Id);
    }

    [Fact]
    public async Task Sharing_again_doubles_nothing_and_overwrites_nothing()
    {
        await using var host = await StartAsync();
        await host.ImportAsync(ContactsHost.Bo, "Name,Email,Company\nCyrus,cy@example.com,\n");
        await host.ImportAsync(ContactsHost.Ann, "Name,Email,Company\nCy Ray,cy@example.com,Acme\n");
        var contact = Assert.Single(await host.ContactsOfAsync(ContactsHost.Ann));
        var sharing = host.Get<ContactSharing>();

        var first = await sharing.ShareAsync(ContactsHost.Ann, contact.Id, ContactsHost.Bo, TestContext.Current.CancellationToken);
        var second = await sharing.ShareAsync(ContactsHost.Ann, contact.Id, ContactsHost.Bo, TestContext.Current.CancellationToken);

        var copy = Assert.Single(await host.ContactsOfAsync(ContactsHost.Bo));
        Assert.Equal(("Cyrus", "Acme"), (copy.Name, copy.Company));
        Assert.Equal(("extended", "unchanged"), (first?.Outcome, second?.Outcome));
        await ContactsHost.Eventually(() => Task.FromResult(host.Publisher.Events.Count(e => e is { Channel: "user:bo", EventName: "notification" }) == 3 ? "all" : null));
        string[] texts = [.. host.Publisher.Events.Where(e => e is { Channel: "user:bo", EventName: "notification" }).Select(e => JsonElement.Parse(e.Data).GetProperty("text").GetString()!)];
        Assert.Equal(
            ["Cy Ray was among your contacts already; what it lacked was filled in.", "Cy Ray was among your contacts already, and has stayed as it was."], texts[1..]);
    }

    [Fact]
    public async Task The_longest_name_does_not_burst_the_event()
    {
        await using var host = await StartAsync();
        await host.ImportAsync(ContactsHost.Ann, $"Name,Email\n{new string('x', 1_000)},cy@example.com\n");
        var contact = Assert.Single(await host.ContactsOfAsync(ContactsHost.Ann));

        var shared = await host.Get<ContactSharing>().ShareAsync(ContactsHost.Ann, contact.Id, ContactsHost.Bo, TestContext.Current.CancellationToken);

        Assert.Equal(("added", 200), (shared!.Outcome, shared.ContactName.Length));
        Assert.Equal(1_000, Assert.Single(await host.ContactsOfAsync(ContactsHost.Bo)).Name.Length);
        await ContactsHost.Eventually(() => Task.FromResult(host.Publisher.Events.Count(e => e.Channel == "user:bo") == 2 ? "both" : null));
        Assert.All(host.Publisher.Events, e => Assert.InRange(e.Data.Length, 1, 4096));
    }

    [Fact]
    public async Task Matching_ends_when_it_is_cancelled()
    {
        await using var host = await StartAsync(withWorker: false);
        await using var store = await host.Database.OpenStoreAsync(lease: null, TestContext.Current.CancellationToken);
        var book = await store.GetBookAsync("id-ann", TestContext.Current.CancellationToken);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.MatchAsync(book, jobNumber: null, [new ContactDraft { [ContactField.Name] = "Ann" }], new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task Nobody_shares_what_is_anothers()
    {
        await using var host = await StartAsync();
        await host.ImportAsync(ContactsHost.Ann, "Name\nCy\n");
        var contact = Assert.Single(await host.ContactsOfAsync(ContactsHost.Ann));

        Assert.Null(await host.Get<ContactSharing>().ShareAsync(ContactsHost.Bo, contact.Id, ContactsHost.Ann, TestContext.Current.CancellationToken));
        Assert.Null(await host.Get<ContactService>().FindAsync("id-bo", contact.Id, TestContext.Current.CancellationToken));
        Assert.Empty(await host.ContactsOfAsync(ContactsHost.Bo));
    }
}

public sealed class SharingOnSqliteTests() : SharingTests(StoreKind.Sqlite);

public sealed class SharingOnPostgreSqlTests() : SharingTests(StoreKind.PostgreSql)
{
    [Fact]
    public async Task Sharing_goes_on_when_its_connection_is_lost()
    {
        await using var host = await StartAsync();
        await host.ImportAsync(ContactsHost.Bo, "Name\nBo\n");
        await host.ImportAsync(ContactsHost.Ann, "Name,Email\nCy Ray,cy@example.com\n");
        await host.Publisher.WaitForAsync("notification", 2);
        var contact = Assert.Single(await host.ContactsOfAsync(ContactsHost.Ann));

        // Bo's book is another's, so that sharing waits for it; there it is cut off.
        await using var other = new NpgsqlConnection(host.Database.ConnectionString);
        await other.OpenAsync(TestContext.Current.CancellationToken);
        await using var transaction = await other.BeginTransactionAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, await new NpgsqlCommand("""UPDATE "AddressBooks" SET "Version" = "Version" WHERE "Owner" = 'id-bo'""", other).ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
        var sharing = host.Get<ContactSharing>().ShareAsync(ContactsHost.Ann, contact.Id, ContactsHost.Bo, TestContext.Current.CancellationToken);
        await using var cut = new NpgsqlCommand("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'", other);
        await Until.TrueAsync(async () => (long)(await cut.ExecuteScalarAsync(TestContext.Current.CancellationToken))! > 0, "sharing waits, and is cut off");
        await transaction.RollbackAsync(TestContext.Current.CancellationToken);

        Assert.Equal("added", (await sharing)!.Outcome);
        Assert.Equal(2, (await host.ContactsOfAsync(ContactsHost.Bo)).Count);
        await host.Publisher.WaitForAsync("notification", 3);
        Assert.Single(host.Publisher.Events, e => e.EventName == "contact.shared");
    }
}
