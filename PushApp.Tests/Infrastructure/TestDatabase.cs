using Npgsql;

namespace PushApp.Tests.Infrastructure;

/// <summary>A database of the test's own, empty, that is gone afterwards.</summary>
internal sealed class TestDatabase : IAsyncDisposable
{
    private readonly TempFolder? _folder;
    private readonly PostgreSqlServer? _server;

    private TestDatabase(TempFolder folder)
    {
        _folder = folder;
        ConnectionString = $"Data Source={folder.Combine("contacts.db")}";
    }

    private TestDatabase(PostgreSqlServer server, string connectionString)
    {
        _server = server;
        ConnectionString = connectionString;
    }

    public StoreKind Kind => _server is null ? StoreKind.Sqlite : StoreKind.PostgreSql;

    /// <summary>What goes into <c>ConnectionStrings__contacts</c>.</summary>
    public string ConnectionString { get; }

    /// <summary>Makes one. Skips the test where PostgreSQL is wanted and missing (fails it in CI).</summary>
    /// <param name="kind">What kind.</param>
    /// <param name="withContacts">Whether it may have the contacts' tables already, which is quicker.</param>
    public static async Task<TestDatabase> CreateAsync(StoreKind kind, bool withContacts = false)
    {
        if (kind == StoreKind.Sqlite)
        {
            return new TestDatabase(new TempFolder("database"));
        }

        var server = await TestContext.Current.GetFixture<PostgreSqlServer>() ?? throw new InvalidOperationException("The test run has no PostgreSqlServer.");
        return new TestDatabase(server, await server.CreateDatabaseAsync(withContacts));
    }

    public async ValueTask DisposeAsync()
    {
        _folder?.Dispose();
        if (_server is not null)
        {
            await _server.DropDatabaseAsync(new NpgsqlConnectionStringBuilder(ConnectionString).Database!);
        }
    }
}
