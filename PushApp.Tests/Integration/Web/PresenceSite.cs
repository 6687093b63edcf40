using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Web;

/// <summary>Web nodes, and the official clients of their users.</summary>
public sealed class PresenceSite : SiteNodes
{
    private SocketIOClients? _clients;

    internal IReadOnlyList<WebNode> Nodes => [First, Second];

    /// <summary>How long nobody misses a node that is gone; null for as long as by default. A busy machine may hold up one that is not for a second or two.</summary>
    internal TimeSpan? Lease { get; init; }

    private protected override Dictionary<string, string?> Settings => Lease is { } lease ? new() { ["Push__Presence__Lease"] = lease.ToString("c") } : [];

    public override async ValueTask InitializeAsync()
    {
        _clients = await SocketIOClients.StartAsync();
        await base.InitializeAsync();
    }

    /// <summary>Registers a user.</summary>
    /// <returns>The name, and the headers of their clients.</returns>
    internal async Task<(string Name, Dictionary<string, string> Headers)> SignUpAsync()
    {
        var (client, email, cookie) = await Second.SignUpAsync();
        client.Dispose();
        return (email, new() { ["Cookie"] = cookie });
    }

    /// <summary>Opens a client in a namespace at a node, and waits until it is connected.</summary>
    internal async Task<SocketIOClient> OpenAsync(int node, string name, Dictionary<string, string> headers, object? options = null)
    {
        var client = await _clients!.OpenAsync(Nodes[node].Address, options ?? new { transports = (string[])["websocket"] }, name, headers: headers);
        await client.NextAsync("connect");
        return client;
    }

    internal async Task<SocketIOClient> OpenUnconnectedAsync(int node, string name, Dictionary<string, string>? headers = null, object? options = null) =>
        await _clients!.OpenAsync(Nodes[node].Address, options, name, headers: headers);

    public override async ValueTask DisposeAsync()
    {
        if (_clients is not null)
        {
            await _clients.DisposeAsync();
        }

        await base.DisposeAsync();
    }
}
