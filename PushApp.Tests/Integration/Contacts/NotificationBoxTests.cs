using PushApp.Contacts;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Contacts;

public abstract class NotificationBoxTests(StoreKind store) : StoreTests(store)
{
    [Fact]
    public async Task Reading_counts_down_and_tells_other_pages_once()
    {
        await using var host = await StartAsync();
        await host.ImportAsync(ContactsHost.Ann, "Name\nOne\n", "one.csv");
        await host.ImportAsync(ContactsHost.Ann, "Name\nTwo\n", "two.csv");
        await host.ImportAsync(ContactsHost.Bo, "Name\nThree\n");
        var box = host.Get<NotificationBox>();
        var none = TestContext.Current.CancellationToken;

        var page = await box.ListAsync("id-ann", new PageRequest(1, 1), none);
        Assert.Equal((2L, 2L), (page.Total, page.Unread));
        Assert.StartsWith("two.csv", Assert.Single(page.Items).Text);

        Assert.True(await box.ReadAsync(ContactsHost.Ann, page.Items[0].Id, none));
        Assert.True(await box.ReadAsync(ContactsHost.Ann, page.Items[0].Id, none));
        Assert.False(await box.ReadAsync(ContactsHost.Bo, page.Items[0].Id, none));
        await box.ReadAllAsync(ContactsHost.Ann, none);
        await box.ReadAllAsync(ContactsHost.Ann, none);

        Assert.Equal(0, (await box.ListAsync("id-ann", new PageRequest(1, 10), none)).Unread);
        Assert.Equal(1, (await box.ListAsync("id-bo", new PageRequest(1, 10), none)).Unread);
        await host.Publisher.WaitForAsync("notification.read", 2);
        Assert.Equal(
            [$"{{\"ids\":[\"{page.Items[0].Id}\"]}}", "{\"all\":true}"],
            host.Publisher.Events.Where(e => e.EventName == "notification.read").Select(e => e.Data));
    }
}

public sealed class NotificationBoxOnSqliteTests() : NotificationBoxTests(StoreKind.Sqlite);

public sealed class NotificationBoxOnPostgreSqlTests() : NotificationBoxTests(StoreKind.PostgreSql);
