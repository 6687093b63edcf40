using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace PushApp.Contacts;

/// <summary>What every SQLite connection of the app is set to.</summary>
public static class SqliteSetUp
{
    /// <summary>How long a writer waits for another one. <value>30 s.</value></summary>
    public static TimeSpan BusyTimeout { get; } = TimeSpan.FromSeconds(30);

    // busy_timeout: SQLite's own wait begins with a millisecond; Microsoft.Data.Sqlite's retry sleeps 150 ms a time.
    // synchronous=FULL: in WAL mode NORMAL may lose the last commits when the power fails, and an upload that was answered with 202 must not be among them.
    // https://www.sqlite.org/pragma.html#pragma_synchronous
    private static readonly string Pragmas =
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"PRAGMA busy_timeout={(int)BusyTimeout.TotalMilliseconds}; PRAGMA synchronous=FULL;");

    internal static DbConnectionInterceptor Interceptor { get; } = new PragmaInterceptor();

    internal static void Apply(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Pragmas;
        command.ExecuteNonQuery();
    }

    /// <summary>Opens a connection of the hot path, outside of the pool: what is set on it must not come back with a pooled one.</summary>
    internal static SqliteConnection Open(string connectionString, bool bulk)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder(connectionString) { Pooling = false }.ToString());
        try
        {
            connection.Open();
            Apply(connection);
            if (bulk)
            {
                ApplyForBulk(connection);
            }

            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>
    /// For an import's batches. NORMAL: when the power fails the last of them may be undone, and as each moves the job's checkpoint along, the import goes on from there;
    /// the transaction that ends the job is another connection's, in FULL, which makes all before it safe too. 64 MiB of cache, as the keys of a large book are touched all
    /// over; not for every connection, each of which has a cache of its own. A checkpoint of the WAL each 64 MiB instead of each 4:
    /// the same pages come again in each batch, and are copied into the file once; an import of 200,000 rows took 9 % less CPU than with 16 MiB.
    /// </summary>
    internal static void ApplyForBulk(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536; PRAGMA wal_autocheckpoint=16000;";
        command.ExecuteNonQuery();
    }

    /// <summary>Puts the file into WAL mode, which it keeps: readers never wait for the writer. To be called while nobody else opens it for the first time.</summary>
    internal static void EnsureWal(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode=WAL;";
        if (command.ExecuteScalar() is not string mode || !mode.Equals("wal", StringComparison.OrdinalIgnoreCase))
        {
            throw new InvalidOperationException(
                $"'{connection.DataSource}' cannot be put into SQLite's WAL mode, which several processes need to share it. Use a file on a local disk, not on a network share.");
        }
    }

    private sealed class PragmaInterceptor : DbConnectionInterceptor
    {
        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => Apply((SqliteConnection)connection);

        public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            // SQLite has no asynchronous I/O.
            Apply((SqliteConnection)connection);
            return Task.CompletedTask;
        }
    }
}
