using Microsoft.Playwright;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Browser;

/// <summary>What a person does on the page <c>/chat</c>.</summary>
internal static class ChatPage
{
    public static async Task OpenAsync(Person person)
    {
        await person.Page.GetByRole(AriaRole.Navigation, new() { Name = "Main" }).GetByRole(AriaRole.Link, new() { Name = "Chat" }).ClickAsync();
        await person.Page.Locator(".chat-conversations:not([aria-busy])").WaitForAsync(new() { State = WaitForSelectorState.Attached });
    }

    public static async Task JoinAsync(Person person, string room)
    {
        await person.Page.GetByRole(AriaRole.Button, new() { Name = "Join a room" }).First.ClickAsync();
        await person.Page.GetByLabel("Room", new() { Exact = true }).FillAsync(room);
        await person.Page.GetByRole(AriaRole.Button, new() { Name = "Join", Exact = true }).ClickAsync();
        await person.Page.GetByRole(AriaRole.Heading, new() { Name = room }).WaitForAsync();
    }

    public static ILocator Composer(Person person) => person.Page.Locator(".chat-composer textarea");

    public static async Task SendAsync(Person person, string text)
    {
        await Composer(person).FillAsync(text);
        await Composer(person).PressAsync("Enter");
    }

    /// <summary>Every message that is shown in its place, oldest first; not those that are on their way.</summary>
    public static async Task<IReadOnlyList<string>> MessagesAsync(Person person) => await person.Page.Locator(".chat-group:not(.pending) .chat-message").AllTextContentsAsync();

    /// <summary>Waits until that is what the conversation shows, and nothing is on its way.</summary>
    public static async Task HasMessagesAsync(Person person, params string[] texts)
    {
        IReadOnlyList<string> shown = [];
        try
        {
            await Until.TrueAsync(async () => (shown = await MessagesAsync(person)).SequenceEqual(texts), "the messages are shown");
        }
        catch (TimeoutException)
        {
            Assert.Equal(texts, shown);
        }

        Assert.Equal(0, await person.Page.Locator(".chat-group.pending").CountAsync());
    }
}
