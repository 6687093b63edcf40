using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Web;

/// <summary>Web nodes with short leases of presence, and the official clients of their users.</summary>
public sealed class PresenceSite : IAsyncLifetime
{
    private readonly TempFolder _folder = new("presence");
    private readonly List<WebNode> _nodes = [];
    private SocketIOClients? _clients;

    public BrokerProcess Broker { get; private set; } = null!;

    internal IReadOnlyList<WebNode> Nodes => _nodes;

    public async ValueTask InitializeAsync()
    {
        _clients = await SocketIOClients.StartAsync();
        Broker = await BrokerProcess.StartAsync(BrokerKind.Garnet, TestContext.Current.CancellationToken);
        Dictionary<string, string?> settings = new() { ["Push__Presence__Lease"] = "00:00:02", ["Push__Presence__Grace"] = "00:00:01" };

        // One after the other: the first makes the database.
        for (var i = 0; i < 2; i++)
        {
            _nodes.Add(await WebNode.StartAsync(Broker.ConnectionString, _folder.Combine("contacts.db"), settings));
        }
    }

    /// <summary>Registers a user.</summary>
    /// <returns>The name, and the headers of their clients.</returns>
    internal async Task<(string Name, Dictionary<string, string> Headers)> SignUpAsync()
    {
        var (client, email, cookie) = await _nodes[^1].SignUpAsync();
        client.Dispose();
        return (email, new() { ["Cookie"] = cookie });
    }

    /// <summary>Opens a client in a namespace at a node, and waits until it is connected.</summary>
    internal async Task<SocketIOClient> OpenAsync(int node, string name, Dictionary<string, string> headers, object? options = null)
    {
        var client = await _clients!.OpenAsync(_nodes[node].Address, options ?? new { transports = (string[])["websocket"] }, name, headers: headers);
        await client.NextAsync("connect");
        return client;
    }

    internal async Task<SocketIOClient> OpenUnconnectedAsync(int node, string name, Dictionary<string, string>? headers = null) =>
        await _clients!.OpenAsync(_nodes[node].Address, null, name, headers: headers);

    public async ValueTask DisposeAsync()
    {
        if (_clients is not null)
        {
            await _clients.DisposeAsync();
        }

        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }

        if (Broker is not null)
        {
            await Broker.DisposeAsync();
        }

        _folder.Dispose();
    }
}
