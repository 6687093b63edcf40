using Npgsql;

namespace PushApp.Bench.Imports;

/// <summary>What an import is stored in.</summary>
internal sealed class ImportTarget
{
    private readonly string? _server;

    private ImportTarget(string name, string? server)
    {
        Name = name;
        _server = server;
    }

    /// <summary>A file of the measurement's own.</summary>
    public static ImportTarget Sqlite { get; } = new("SQLite", null);

    public string Name { get; }

    /// <summary>A database of the measurement's own on a server.</summary>
    /// <param name="server">A connection string of a user who may make databases.</param>
    public static ImportTarget PostgreSql(string server) => new("PostgreSQL", server);

    /// <summary>Makes an empty database.</summary>
    /// <param name="folder">Where files go.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Its connection string.</returns>
    public async Task<string> CreateAsync(string folder, CancellationToken cancellationToken)
    {
        if (_server is null)
        {
            return $"Data Source={Path.Combine(folder, "contacts.db")}";
        }

        var database = $"pushapp_bench_{Guid.NewGuid():N}";
        await ExecuteAsync($"CREATE DATABASE {database} TEMPLATE template0 ENCODING 'UTF8'", cancellationToken);
        return new NpgsqlConnectionStringBuilder(_server) { Database = database }.ToString();
    }

    /// <summary>Removes what <see cref="CreateAsync"/> made, except files.</summary>
    public async Task DropAsync(string connectionString)
    {
        if (_server is not null)
        {
            await ExecuteAsync($"DROP DATABASE {new NpgsqlConnectionStringBuilder(connectionString).Database} WITH (FORCE)", CancellationToken.None);
        }
    }

    private async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        var server = new NpgsqlConnectionStringBuilder(_server) { Pooling = false };
        server.Database ??= "postgres";
        await using var connection = new NpgsqlConnection(server.ToString());
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
