using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Web;

/// <summary>Two nodes of one site: the same database, the same broker.</summary>
public sealed class TwoWebNodes : IAsyncLifetime
{
    private readonly TempFolder _folder = new("web");
    private BrokerProcess? _broker;

    /// <summary>The file that both share.</summary>
    internal string Database => _folder.Combine("contacts.db");

    internal WebNode First { get; private set; } = null!;

    internal WebNode Second { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _broker = await BrokerProcess.StartAsync(BrokerKind.Garnet, TestContext.Current.CancellationToken);
        Dictionary<string, string?> settings = new() { ["Demo"] = "true", ["Proxies__Known__0"] = "127.0.0.1" };
        // At once, as replicas start: both find an empty database.
        var nodes = await Task.WhenAll(Start(), Start());
        (First, Second) = (nodes[0], nodes[1]);

        Task<WebNode> Start() => WebNode.StartAsync(_broker.ConnectionString, Database, settings);
    }

    public async ValueTask DisposeAsync()
    {
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
