using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using PushApp.Contacts;
using PushApp.Push;
using PushApp.Tests.Infrastructure;
using PushApp.Web.Chat;

namespace PushApp.Tests.Integration.Web;

public sealed class ConversationListTests
{
    [Theory, ClassData(typeof(StoreKinds))]
    public async Task Conversation_is_added_once_by_whoever_comes_first_and_remembers_what_was_read(StoreKind store)
    {
        var none = TestContext.Current.CancellationToken;
        await using var database = await TestDatabase.CreateAsync(store);
        var options = new DbContextOptionsBuilder<ChatDbContext>();
        options.UseContactsDatabase(database.ConnectionString, ChatDbContext.MigrationsHistoryTable);
        var contexts = new PooledDbContextFactory<ChatDbContext>(options.Options);
        await using (var context = await contexts.CreateDbContextAsync(none))
        {
            await DatabaseMigrator.MigrateAsync(context, none);
        }

        var list = new ConversationList(contexts, TimeProvider.System);
        var (tea, direct) = (ChatChannels.Room("tea"), ChannelName.Direct("ann", "bo"));

        var added = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => list.AddAsync("id-ann", tea, "tea", none))));
        Assert.Single(added, isNew => isNew);
        Assert.True(await list.AddAsync("id-bo", tea, "tea", none));
        Assert.True(await list.AddAsync("id-ann", direct, "bo", none));
        await list.SetReadAsync("id-ann", tea, "7-1", none);

        Assert.Equal(2, await list.CountAsync("id-ann", none));
        Assert.Equal("7-1", (await list.FindAsync("id-ann", tea, none))?.ReadPosition);
        Assert.Null((await list.FindAsync("id-bo", tea, none))?.ReadPosition);
        await list.RemoveAsync("id-ann", tea, none);
        Assert.Equal([direct.Value], (await list.GetNewestAsync("id-ann", 10, none)).Select(conversation => conversation.Channel));
    }
}
