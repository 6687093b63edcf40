using System.Diagnostics;
using Aspire.Hosting.ApplicationModel;
using PushApp.Tests.Browser;
using PushApp.Tests.Infrastructure;
using PushApp.Tests.Integration.Web;

namespace PushApp.Tests.Faults.Chat;

/// <summary>SIGKILL of each web node in turn, while two people talk on their pages.</summary>
public sealed class NodeKilledWhileChattingTests
{
    // Below what a user may send at once.
    private const int Each = 24;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task Every_message_is_there_once_and_in_one_order_on_both_sides(BrokerKind kind)
    {
        Prerequisite.Linux("processes are killed by SIGKILL.");
        AppEngine.RequireOwnProcesses();
        await using var app = await AppFixture.StartAsync(kind);
        await using var browser = new ChromiumBrowser();
        await using var ann = new Person(await browser.NewContextAsync(app.WebAddress), WebNode.NewEmail());
        await using var bob = new Person(await browser.NewContextAsync(app.WebAddress), WebNode.NewEmail());
        foreach (var person in (Person[])[ann, bob])
        {
            await person.SignUpAsync();
            await ChatPage.OpenAsync(person);
            await ChatPage.JoinAsync(person, "tea");
        }

        var talking = Task.WhenAll(TalkAsync(ann, "a"), TalkAsync(bob, "b"));
        await HasAsync(ann, Each / 2);
        await KillAsync("web-1");
        await HasAsync(bob, Each);
        await app.CommandAsync("web-1", KnownResourceCommands.StartCommand);
        await app.HealthyAsync("web");
        await KillAsync("web-2");
        await talking;
        await HasAsync(ann, Each * 2);
        await HasAsync(bob, Each * 2);

        var shown = await ChatPage.MessagesAsync(ann);
        Assert.Equal(shown, await ChatPage.MessagesAsync(bob));
        foreach (var name in (string[])["a", "b"])
        {
            Assert.Equal(Enumerable.Range(0, Each).Select(i => $"{name}{i}"), shown.Where(text => text.StartsWith(name, StringComparison.Ordinal)));
        }

        async Task TalkAsync(Person person, string name)
        {
            for (var i = 0; i < Each; i++)
            {
                await ChatPage.SendAsync(person, $"{name}{i}");
                // As fast as the other hears it, so that the kills fall between messages; what is on its way meanwhile waits in the page.
                await HasAsync(person, i / 2);
            }
        }

        Task HasAsync(Person person, int count) => Until.TrueAsync(async () => (await ChatPage.MessagesAsync(person)).Count >= count, $"{count} messages are shown", Patience);

        async Task KillAsync(string replica)
        {
            using var process = Process.GetProcessById(app.ProcessId(replica));
            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }
}
