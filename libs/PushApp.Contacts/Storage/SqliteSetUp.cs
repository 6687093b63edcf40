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

    // 64 MiB: the keys of a few million contacts are touched all over. Not for every connection: there are many, and a cache is kept by each.
    internal static void EnlargeCache(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA cache_size=-65536;";
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
