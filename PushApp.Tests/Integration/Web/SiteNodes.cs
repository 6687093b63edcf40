using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Web;

/// <summary>Two nodes of one site: the same database, the same broker. What a test class needs beside that, its own fixture adds.</summary>
public abstract class SiteNodes(string name) : IAsyncLifetime
{
    private readonly TempFolder _folder = new(name);
    private BrokerProcess? _broker;

    /// <summary>The broker of both.</summary>
    public BrokerProcess Broker => _broker ?? throw new InvalidOperationException("The site has not started.");

    /// <summary>The file that both share.</summary>
    internal string Database => _folder.Combine("contacts.db");

    internal WebNode First { get; private set; } = null!;

    internal WebNode Second { get; private set; } = null!;

    /// <summary>What both are configured with.</summary>
    private protected abstract Dictionary<string, string?> Settings { get; }

    public virtual async ValueTask InitializeAsync()
    {
        _broker = await BrokerProcess.StartAsync(BrokerKind.Garnet, TestContext.Current.CancellationToken);

        // At once, as replicas start: both find an empty database.
        var nodes = await Task.WhenAll(Start(), Start());
        (First, Second) = (nodes[0], nodes[1]);

        Task<WebNode> Start() => WebNode.StartAsync(_broker.ConnectionString, Database, Settings);
    }

    public virtual async ValueTask DisposeAsync()
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
        GC.SuppressFinalize(this);
    }
}
