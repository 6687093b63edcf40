using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Microsoft.Extensions.Logging;

namespace PushApp.Contacts;

/// <summary>Opens the database that contacts, imports and accounts share.</summary>
public static class ContactsDatabaseExtensions
{
    /// <summary>
    /// Lets a context use the app's database, which the connection string chooses. <c>Data Source=…</c>: SQLite in WAL mode, foreign keys on, waiting up to
    /// <see cref="SqliteSetUp.BusyTimeout"/> for another writer, every commit on disk before it returns; creates the file's folder. <c>Host=…</c>: PostgreSQL, statements repeated
    /// when it was away for a moment. Several contexts may share the database: give each a migrations history table of its own, and migrations in namespaces that end in
    /// <c>.Sqlite</c> and <c>.PostgreSql</c>.
    /// </summary>
    /// <param name="options">The context's options.</param>
    /// <param name="connectionString"><c>ConnectionStrings:contacts</c>; null means <see cref="ContactsConnectionString.Default"/>.</param>
    /// <param name="migrationsHistoryTable">The context's own history table, as in <c>__AccountsMigrations</c>.</param>
    /// <exception cref="ArgumentException">The connection string cannot be used; the message says what to write.</exception>
    public static DbContextOptionsBuilder UseContactsDatabase(
        this DbContextOptionsBuilder options, string? connectionString, string migrationsHistoryTable)
    {
        var database = ContactsDatabase.Parse(connectionString);
        database.Dialect.Use(options, database.ConnectionString, migrationsHistoryTable);
        return options
            .ReplaceService<IMigrationsAssembly, DialectMigrations>()
            // EF Core logs every command as information; with loops that look for work that is all one would see.
            .ConfigureWarnings(warnings => warnings.Log((RelationalEventId.CommandExecuted, LogLevel.Debug)));
    }

    /// <summary>
    /// For a context's <c>ConfigureConventions</c>. Points in time are kept as milliseconds since 1970 (UTC): as numbers they can be compared in SQL on every database, and SQLite has no type for
    /// them. Texts are compared by their bytes, whatever language a server was set up for.
    /// </summary>
    /// <param name="conventions">The context's conventions.</param>
    /// <param name="context">The context, set up by <see cref="UseContactsDatabase"/>.</param>
    public static void UseDatabaseConventions(this ModelConfigurationBuilder conventions, DbContext context)
    {
        ArgumentNullException.ThrowIfNull(conventions);
        ArgumentNullException.ThrowIfNull(context);
        conventions.Properties<DateTimeOffset>().HaveConversion<UnixMillisecondsConverter>();
        DatabaseDialect.Of(context).Configure(conventions);
    }

    /// <summary>Runs what changes several rows in one transaction, from the beginning again when the server was away for a moment (<see href="https://learn.microsoft.com/ef/core/miscellaneous/connection-resiliency"/>).</summary>
    /// <param name="context">The context; what it tracks is forgotten before each attempt.</param>
    /// <param name="work">May run several times, of which one takes effect.</param>
    /// <param name="wasCommitted">Asked when the connection broke during the commit: whether the work took effect all the same.</param>
    /// <param name="cancellationToken">Ends the attempts.</param>
    internal static Task<T> InTransactionAsync<T>(
        this DbContext context, Func<CancellationToken, Task<T>> work, Func<CancellationToken, Task<bool>> wasCommitted, CancellationToken cancellationToken) =>
        context.Database.CreateExecutionStrategy().ExecuteInTransactionAsync(
            async cancelled =>
            {
                context.ChangeTracker.Clear();
                return await work(cancelled).ConfigureAwait(false);
            },
            wasCommitted,
            cancellationToken);

    private sealed class UnixMillisecondsConverter() : ValueConverter<DateTimeOffset, long>(
        time => time.ToUnixTimeMilliseconds(), milliseconds => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));
}
