using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Browser;

/// <summary>What others see of somebody who has the page open; the other is an official client.</summary>
public sealed class PresenceOnThePageTests(RunningSite site, SocketIOClientsFixture clients) : IClassFixture<RunningSite>, IClassFixture<SocketIOClientsFixture>
{
    private const string Hide =
        """
        () => {
          Object.defineProperty(document, 'visibilityState', { get: () => 'hidden', configurable: true });
          document.dispatchEvent(new Event('visibilitychange'));
        }
        """;

    // What a client sends last over its WebSocket before it counts (Engine.IO protocol, "Upgrade").
    private const string EngineUpgrade = "5";

    [Fact]
    public async Task Person_is_online_with_a_page_away_with_a_hidden_one_and_offline_without()
    {
        var (http, _, cookie) = await site.Web.SignUpAsync();
        http.Dispose();
        await using var ann = await site.SignUpAsync();
        var bob = await (await clients.GetAsync()).OpenAsync(site.Web.Address, null, "/status", headers: new Dictionary<string, string> { ["Cookie"] = cookie });
        await bob.NextAsync("connect");
        await bob.AskAsync("watch", ann.Email);

        // Not at once: the page says that it is live by its stream, before its socket is there.
        await UntilStateAsync("online");
        await ann.Page.EvaluateAsync(Hide);
        await UntilStateAsync("away");

        // A tab that goes while its socket still polls is missed only at the next ping: each is on its WebSocket before it goes.
        using var upgrades = new SemaphoreSlim(0);
        ann.Page.Context.Page += (_, tab) => tab.WebSocket += (_, socket) => socket.FrameSent += (_, frame) =>
        {
            if (frame.Text == EngineUpgrade)
            {
                upgrades.Release();
            }
        };
        var second = await ann.NewTabAsync();
        await UntilStateAsync("online");
        await UntilUpgradedAsync();
        await second.ReloadAsync();
        await UntilUpgradedAsync();
        await second.CloseAsync();
        await UntilStateAsync("away");
        await ann.Page.CloseAsync();
        await UntilStateAsync("offline");

        // Whoever asks may hear of a change a moment before those who watch are told of it.
        string[] states = [];
        await Until.TrueAsync(
            () => (states = [.. bob.Of("presence").Select(item => (string)item.Arguments[0]!["state"]!)]) is [.., "offline"], "it is told that she is offline");
        Assert.Equal(["away", "online", "away", "offline"], states[^4..]);
        Assert.Single(states, "offline");

        async Task UntilUpgradedAsync() => Assert.True(await upgrades.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken), "The tab's socket was not upgraded.");

        async Task UntilStateAsync(string state) => await Until.TrueAsync(
            async () => (string)(await bob.AskAsync("watch", ann.Email))[0]![0]!["state"]! == state, $"{ann.Email} is {state}");
    }

    [Fact]
    public async Task Who_signs_out_is_offline()
    {
        var (http, _, cookie) = await site.Web.SignUpAsync();
        http.Dispose();
        await using var ann = await site.SignUpAsync();
        var bob = await (await clients.GetAsync()).OpenAsync(site.Web.Address, null, "/status", headers: new Dictionary<string, string> { ["Cookie"] = cookie });
        await bob.NextAsync("connect");
        await Until.TrueAsync(async () => (string)(await bob.AskAsync("watch", ann.Email))[0]![0]!["state"]! == "online", "Ann is online");

        await ann.Page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Account" }).ClickAsync();
        await ann.Page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Until.TrueAsync(() => bob.Of("presence").Any(item => (string)item.Arguments[0]!["state"]! == "offline"), "Ann is offline");
    }
}
