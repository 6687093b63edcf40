using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Web;

/// <summary>Two web nodes for the tests of the chat, with official clients, and a rate of messages that a test can reach.</summary>
public sealed class ChatNodes : IAsyncLifetime
{
    /// <summary>What one user may send at once.</summary>
    public const int Burst = 150;

    private readonly TempFolder _folder = new("chat");
    private readonly SocketIOClientsFixture _clients = new();
    private BrokerProcess? _broker;

    internal WebNode First { get; private set; } = null!;

    internal WebNode Second { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _broker = await BrokerProcess.StartAsync(BrokerKind.Garnet, TestContext.Current.CancellationToken);
        Dictionary<string, string?> settings = new() { ["Chat__MessageBurst"] = $"{Burst}", ["Chat__MessagesPerMinute"] = "60", ["Chat__OpeningsPerMinute"] = "1000" };
        var nodes = await Task.WhenAll(Start(), Start());
        (First, Second) = (nodes[0], nodes[1]);

        Task<WebNode> Start() => WebNode.StartAsync(_broker.ConnectionString, _folder.Combine("contacts.db"), settings);
    }

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

    public async ValueTask DisposeAsync()
    {
        await _clients.DisposeAsync();
        foreach (var node in (WebNode?[])[First, Second])
        {
            if (node is not null)
            {
                await node.DisposeAsync();
            }
        }

        if (_broker is not null)
        {
            await _broker.DisposeAsync();
        }

        _folder.Dispose();
    }
}

/// <summary>A user of the chat, and what they are signed in with.</summary>
internal sealed record ChatUser(string Email, string Cookie, HttpClient Http)
{
    public SocketIOClient Client { get; set; } = null!;
}
