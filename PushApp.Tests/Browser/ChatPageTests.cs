using Microsoft.Playwright;

namespace PushApp.Tests.Browser;

/// <summary>The page <c>/chat</c>, two people before it, on two nodes behind the AppHost's one address.</summary>
public sealed class ChatPageTests(AppHostSite site) : IClassFixture<AppHostSite>
{
    private readonly string _room = $"tea {Guid.NewGuid():N}";

    [Fact]
    public async Task Two_people_talk_in_a_room_and_each_message_is_there_once()
    {
        await using var ann = await site.SignUpAsync();
        await using var bob = await site.SignUpAsync();
        foreach (var person in (Person[])[ann, bob])
        {
            await ChatPage.OpenAsync(person);
            await ChatPage.JoinAsync(person, _room);
            await person.Page.Locator(".chat-transport[data-transport=websocket]").GetByText("Connected by WebSocket").WaitForAsync();
        }

        await ChatPage.Composer(bob).PressSequentiallyAsync("He");
        await ann.Page.Locator(".chat-typing").GetByText("is typing…").WaitForAsync();
        await ChatPage.SendAsync(bob, "Hello <b>Ann</b>");
        await ChatPage.SendAsync(ann, "Hello Bob");

        foreach (var person in (Person[])[ann, bob])
        {
            await ChatPage.HasMessagesAsync(person, "Hello <b>Ann</b>", "Hello Bob");
        }

        Assert.Equal(["Hello Bob"], await ann.Page.Locator(".chat-group.own .chat-message").AllTextContentsAsync());
        await ann.Page.ReloadAsync();
        await ChatPage.HasMessagesAsync(ann, "Hello <b>Ann</b>", "Hello Bob");
        Assert.Empty(ann.Complaints);
        Assert.Empty(bob.Complaints);
    }

    [Fact]
    public async Task Direct_message_shows_up_with_somebody_who_joined_nothing()
    {
        await using var ann = await site.SignUpAsync();
        await using var bob = await site.SignUpAsync();
        await ChatPage.OpenAsync(ann);
        await ChatPage.OpenAsync(bob);
        await bob.Page.GetByRole(AriaRole.Heading, new() { Name = "Say hello to somebody" }).WaitForAsync();

        await ann.Page.GetByRole(AriaRole.Button, new() { Name = "Write to somebody" }).First.ClickAsync();
        await ann.Page.GetByLabel("User name").FillAsync("nobody@example.com");
        await ann.Page.GetByRole(AriaRole.Button, new() { Name = "Write", Exact = true }).ClickAsync();
        await ann.Page.GetByRole(AriaRole.Alert).GetByText("Nobody here is called").WaitForAsync();
        await ann.Page.GetByLabel("User name").FillAsync(bob.Email);
        await ann.Page.GetByRole(AriaRole.Button, new() { Name = "Write", Exact = true }).ClickAsync();
        await ann.Page.Locator(".chat-pane-title").GetByText("Online", new() { Exact = true }).WaitForAsync();
        await ChatPage.SendAsync(ann, "psst");

        var entry = bob.Page.Locator(".chat-entry").Filter(new() { HasText = ann.Email });
        await entry.GetByText("1 unread message").WaitForAsync();
        await bob.Page.Locator(".nav-count").GetByText("1", new() { Exact = true }).WaitForAsync();
        await entry.ClickAsync();
        await ChatPage.HasMessagesAsync(bob, "psst");
        await bob.Page.Locator(".chat-unread").WaitForAsync(new() { State = WaitForSelectorState.Detached });

        // With Escape one is back at the list, and with a reload nothing is gone.
        await ChatPage.Composer(bob).PressAsync("Escape");
        await bob.Page.GetByRole(AriaRole.Heading, new() { Name = "Choose a conversation" }).WaitForAsync();
        await bob.Page.ReloadAsync();
        await entry.GetByText("psst").WaitForAsync();
        Assert.Equal(0, await bob.Page.Locator(".chat-unread").CountAsync());
        Assert.Empty(bob.Complaints);

        await bob.Page.CloseAsync();
        await ann.Page.Locator(".chat-pane-title").GetByText("Last here").Or(ann.Page.Locator(".chat-pane-title").GetByText("Offline")).WaitForAsync();
    }

    [Fact]
    public async Task Who_has_no_conversation_is_told_how_to_begin_on_a_phone_too()
    {
        await using var ann = await site.SignUpAsync();
        var page = ann.Page;
        await page.SetViewportSizeAsync(390, 800);
        await ChatPage.OpenAsync(ann);

        await page.GetByRole(AriaRole.Heading, new() { Name = "Say hello to somebody" }).WaitForAsync();
        await page.Locator(".chat-transport").WaitForAsync();
        Assert.Equal(390, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        await page.Locator(".chat-pane").GetByRole(AriaRole.Button, new() { Name = "Join a room" }).ClickAsync();
        await page.GetByLabel("Room", new() { Exact = true }).FillAsync(_room);
        await page.GetByRole(AriaRole.Button, new() { Name = "Join", Exact = true }).ClickAsync();

        // As with any: the conversation has the whole page, and the list is behind it.
        await page.GetByRole(AriaRole.Heading, new() { Name = _room }).WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Back to the list" }).ClickAsync();
        await page.Locator(".chat-entry").WaitForAsync();
        await Assertions.Expect(page.Locator(".chat-pane")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Reserved_room_is_refused_with_the_reason()
    {
        await using var ann = await site.SignUpAsync();
        await ChatPage.OpenAsync(ann);
        await ann.Page.GetByRole(AriaRole.Button, new() { Name = "Join a room" }).First.ClickAsync();
        await ann.Page.GetByLabel("Room", new() { Exact = true }).FillAsync("admin");
        await ann.Page.GetByRole(AriaRole.Button, new() { Name = "Join", Exact = true }).ClickAsync();

        await ann.Page.GetByRole(AriaRole.Alert).GetByText("reserved").WaitForAsync();
    }

    [Fact]
    public async Task Who_reads_back_stays_there_and_is_told_of_new_messages()
    {
        await using var ann = await site.SignUpAsync();
        await using var bob = await site.SignUpAsync();
        foreach (var person in (Person[])[ann, bob])
        {
            await ChatPage.OpenAsync(person);
            await ChatPage.JoinAsync(person, _room);
        }

        for (var i = 0; i < 25; i++)
        {
            await ChatPage.SendAsync(ann, $"message {i}\nof two lines");
        }

        await bob.Page.GetByText("message 24").Last.WaitForAsync();
        var scroll = bob.Page.Locator(".chat-scroll");
        await scroll.EvaluateAsync("(element) => element.scrollTo(0, 0)");
        await bob.Page.WaitForFunctionAsync("() => document.querySelector('.chat-scroll').scrollTop === 0");
        await ChatPage.SendAsync(ann, "the newest");

        var toEnd = bob.Page.GetByRole(AriaRole.Button, new() { Name = "1 new message" });
        await toEnd.WaitForAsync();
        Assert.Equal(0, await scroll.EvaluateAsync<int>("(element) => element.scrollTop"));
        await toEnd.ClickAsync();
        await toEnd.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        Assert.True(await scroll.EvaluateAsync<bool>("(element) => element.scrollHeight - element.scrollTop - element.clientHeight < 2"));
    }

    [Theory]
    [InlineData(1280, 800)]
    [InlineData(390, 844)]
    [InlineData(320, 640)]
    public async Task Page_fits_its_window(int width, int height)
    {
        await using var ann = await site.SignUpAsync();
        await ann.Page.SetViewportSizeAsync(width, height);
        await ChatPage.OpenAsync(ann);
        await ChatPage.JoinAsync(ann, _room);
        await ChatPage.SendAsync(ann, new string('x', 300));
        await ChatPage.HasMessagesAsync(ann, new string('x', 300));

        Assert.True(await ann.Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth && document.documentElement.scrollHeight <= innerHeight"));
        Assert.True(await ChatPage.Composer(ann).IsVisibleAsync());
        if (width < 720)
        {
            Assert.False(await ann.Page.Locator(".chat-list").IsVisibleAsync());
            await ann.Page.GetByRole(AriaRole.Button, new() { Name = "Back to the list" }).ClickAsync();
            await ann.Page.Locator(".chat-list").WaitForAsync();
            Assert.Equal(0, await ann.Page.Locator(".chat-composer").CountAsync());
        }
    }
}
