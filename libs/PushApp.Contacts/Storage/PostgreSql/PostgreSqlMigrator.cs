using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace PushApp.Contacts;

/// <summary>Applies migrations to a PostgreSQL database.</summary>
/// <remarks>
/// Under an advisory lock (<see href="https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS"/>) of a connection of its own, which ends with its process. EF Core's own lock
/// is on a table that two instances may be making at once.
/// </remarks>
internal static class PostgreSqlMigrator
{
    // Any number that nobody else takes in this database: "PushApp" in ASCII.
    private const long LockKey = 0x50757368417070;

    public static async Task MigrateAsync(DbContext context, Action seed, CancellationToken cancellationToken)
    {
        // The lock ends with the connection, so the connection must end here and not go back to a pool.
        var connectionString = new NpgsqlConnectionStringBuilder(context.Database.GetConnectionString()) { Pooling = false }.ToString();
        await using var connection = new NpgsqlConnection(connectionString);
        await OpenAsync(connection, cancellationToken).ConfigureAwait(false);
        await LockAsync(connection, cancellationToken).ConfigureAwait(false);
        try
        {
            await context.Database.MigrateAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException exception) when (exception.Message.Contains("pg_trgm", StringComparison.Ordinal) || exception.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new InvalidOperationException(
                $"The database '{connection.Database}' cannot be set up ({exception.MessageText}). It needs the extension pg_trgm, which comes with PostgreSQL (in some systems by the package postgresql-contrib): "
                + $"let the database's owner, or a superuser, run 'CREATE EXTENSION pg_trgm' in it once. And the user that connects must be allowed to make tables: 'ALTER DATABASE \"{connection.Database}\" OWNER TO \"{connection.UserName}\"'.",
                exception);
        }

        seed();
    }

    private static async Task OpenAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InvalidCatalogName)
        {
            throw new InvalidOperationException(
                $"The server has no database '{connection.Database}'. Make it: CREATE DATABASE \"{connection.Database}\" OWNER \"{connection.UserName}\" ENCODING 'UTF8' TEMPLATE template0.", exception);
        }

        if (connection.PostgresParameters.TryGetValue("server_encoding", out var encoding) && encoding != "UTF8")
        {
            throw new InvalidOperationException(
                $"The database '{connection.Database}' has the encoding {encoding}, which cannot hold every name. Make it anew with ENCODING 'UTF8' TEMPLATE template0.");
        }
    }

    private static async Task LockAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT pg_advisory_lock($1)", connection)
        {
            CommandTimeout = (int)DatabaseMigrator.LockTimeout.TotalSeconds,
            Parameters = { new() { Value = LockKey } },
        };
        try
        {
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (NpgsqlException exception) when (exception.InnerException is TimeoutException)
        {
            throw DatabaseMigrator.LockFailure($"The database '{connection.Database}'", exception);
        }
    }
}
