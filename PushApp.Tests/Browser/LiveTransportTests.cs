using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace PushApp.Tests.Browser;

/// <summary>The page's live updates over either transport.</summary>
public sealed class LiveTransportTests(RunningSite site) : IClassFixture<RunningSite>
{
    public static TheoryData<string> Transports => ["Server-Sent Events", "Socket.IO"];

    [Theory, MemberData(nameof(Transports))]
    public async Task Import_and_notification_come_over_the_transport_that_was_chosen(string transport)
    {
        await using var ann = await site.SignUpAsync();
        await Person.ChooseTransportAsync(ann.Page, transport);
        var streams = ann.StreamRequests;
        var moved = new ConcurrentQueue<string>();
        ann.Page.WebSocket += (_, socket) => socket.FrameReceived += (_, frame) => moved.Enqueue(frame.Text ?? "");

        // Remembered: a page that is loaded anew takes it from the start.
        await ann.Page.ReloadAsync();
        await Person.IsLiveAsync(ann.Page);
        await ann.StartImportAsync(rows: 20_000);
        await ann.Page.GetByRole(AriaRole.Article, new() { Name = "Import of contacts.csv" }).GetByText("Done").WaitForAsync();
        await Person.HasUnreadAsync(ann.Page, 1);
        await ann.Page.Locator(".toast").First.WaitForAsync();

        var isSocket = transport == "Socket.IO";
        Assert.Equal(isSocket, ann.StreamRequests == streams);
        if (isSocket)
        {
            // Unless it came before the connection had moved to a WebSocket, which an import of this size does not.
            Assert.Contains(moved, frame => frame.StartsWith("42/events,[\"event\",\"import.completed\"", StringComparison.Ordinal));
        }
        else
        {
            Assert.DoesNotContain(moved, frame => frame.Contains("import.completed", StringComparison.Ordinal));
        }

        Assert.Empty(ann.Complaints);
    }

    [Fact]
    public async Task Over_Socket_IO_what_happened_while_the_broker_was_away_follows()
    {
        await using var ann = await site.SignUpAsync();
        await Person.ChooseTransportAsync(ann.Page, "Socket.IO");
        await ann.StartImportAsync(rows: 30_000, "large.csv");

        await site.Broker.KillAsync();
        await Person.Connection(ann.Page, "delayed").WaitForAsync();
        await site.Broker.StartAsync(TestContext.Current.CancellationToken);

        await Person.IsLiveAsync(ann.Page);
        await ann.Page.GetByRole(AriaRole.Article, new() { Name = "Import of large.csv" }).GetByText("Done").WaitForAsync();
        await Person.HasUnreadAsync(ann.Page, 1);
    }

    [Fact]
    public async Task Over_Socket_IO_too_signing_out_in_one_tab_signs_out_all()
    {
        await using var ann = await site.SignUpAsync();
        await Person.ChooseTransportAsync(ann.Page, "Socket.IO");
        var other = await ann.NewTabAsync();
        await Person.IsLiveAsync(other);

        await ann.Page.GetByRole(AriaRole.Button, new() { Name = "Account" }).ClickAsync();
        await ann.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await other.GetByRole(AriaRole.Heading, new() { Name = "Sign in" }).WaitForAsync();
    }
}
