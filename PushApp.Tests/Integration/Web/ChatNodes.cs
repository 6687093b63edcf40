using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Web;

/// <summary>Two web nodes for the tests of the chat, with official clients, and a rate of messages that a test can reach.</summary>
public sealed class ChatNodes : SiteNodes
{
    /// <summary>What one user may send at once.</summary>
    public const int Burst = 150;

    private readonly SocketIOClientsFixture _clients = new();

    private protected override Dictionary<string, string?> Settings =>
        new() { ["Chat__MessageBurst"] = $"{Burst}", ["Chat__MessagesPerMinute"] = "60", ["Chat__OpeningsPerMinute"] = "1000", ["Chat__TypingInterval"] = "00:01:00" };

    /// <summary>A new user, with a client at one of the nodes.</summary>
    internal async Task<ChatUser> SignUpAsync(WebNode node)
    {
        var (http, email, cookie) = await node.SignUpAsync();
        var user = new ChatUser(email, cookie, http);
        user.Client = await OpenAsync(user, node);
        return user;
    }

    /// <summary>Another client of a user.</summary>
    internal async Task<SocketIOClient> OpenAsync(ChatUser user, WebNode node)
    {
        var client = await (await _clients.GetAsync()).OpenAsync(node.Address, @namespace: "/chat", headers: new Dictionary<string, string> { ["Cookie"] = user.Cookie });
        await client.NextAsync("connect");
        return client;
    }

    public override async ValueTask DisposeAsync()
    {
        await _clients.DisposeAsync();
        await base.DisposeAsync();
    }
}

/// <summary>A user of the chat, and what they are signed in with.</summary>
internal sealed record ChatUser(string Email, string Cookie, HttpClient Http)
{
    public SocketIOClient Client { get; set; } = null!;
}
