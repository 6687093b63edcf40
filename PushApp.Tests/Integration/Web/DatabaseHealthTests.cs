using System.Net;
using Microsoft.Data.Sqlite;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Web;

/// <summary>/health of a node whose database goes and comes back.</summary>
public sealed class DatabaseHealthTests(BrokerFixture brokers) : IClassFixture<BrokerFixture>
{
    [Fact]
    public async Task A_node_is_not_ready_while_its_database_does_not_answer()
    {
        var broker = await brokers.GetAsync(BrokerKind.Garnet);
        using var folder = new TempFolder("health");
        var database = folder.Combine("contacts.db");
        await using var web = await WebNode.StartAsync(broker.ConnectionString, $"Data Source={database}");
        Assert.Equal((HttpStatusCode.OK, "Healthy"), await HealthAsync(web));

        // Under another name, so that nothing else is asked for it.
        await ExecuteAsync(database, "ALTER TABLE Imports RENAME TO Hidden");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "Unhealthy"), await HealthAsync(web));
        Assert.Equal("Healthy", await web.Http.GetStringAsync("/alive", TestContext.Current.CancellationToken));

        await ExecuteAsync(database, "ALTER TABLE Hidden RENAME TO Imports");
        Assert.Equal((HttpStatusCode.OK, "Healthy"), await HealthAsync(web));
    }

    private static async Task<(HttpStatusCode Status, string Text)> HealthAsync(WebNode web)
    {
        using var response = await web.Http.GetAsync("/health", TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static async Task ExecuteAsync(string database, string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={database};Pooling=False");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
