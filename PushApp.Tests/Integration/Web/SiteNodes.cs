using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Web;

/// <summary>Two nodes of one site: the same database, the same broker. What a test class needs beside that, its own fixture adds.</summary>
public abstract class SiteNodes : IAsyncLifetime
{
    private BrokerProcess? _broker;
    private TestDatabase? _database;

    /// <summary>The broker of both.</summary>
    public BrokerProcess Broker => _broker ?? throw new InvalidOperationException("The site has not started.");

    /// <summary>The connection string of the database that both share.</summary>
    internal string Database => _database?.ConnectionString ?? throw new InvalidOperationException("The site has not started.");

    internal WebNode First { get; private set; } = null!;

    internal WebNode Second { get; private set; } = null!;

    /// <summary>What both are configured with.</summary>
    private protected abstract Dictionary<string, string?> Settings { get; }

    /// <summary>What kind of database that is.</summary>
    private protected virtual StoreKind Store => StoreKind.Sqlite;

    public virtual async ValueTask InitializeAsync()
    {
        if (Store == StoreKind.PostgreSql && !PostgreSqlServer.IsInstalled)
        {
            // A fixture cannot skip: its tests ask for the server themselves.
            return;
        }

        _database = await TestDatabase.CreateAsync(Store);
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

        if (_database is not null)
        {
            await _database.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }
}
