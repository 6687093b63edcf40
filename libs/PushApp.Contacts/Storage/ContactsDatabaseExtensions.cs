using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Microsoft.Extensions.Logging;

namespace PushApp.Contacts;

/// <summary>Opens the database that contacts, imports and accounts share.</summary>
public static class ContactsDatabaseExtensions
{
    /// <summary>
    /// Lets a context use the app's database: SQLite in WAL mode, foreign keys on, waiting up to <see cref="SqliteSetUp.BusyTimeout"/> for another writer,
    /// every commit on disk before it returns. Creates the file's folder. Several contexts may share the file: give each a migrations history table of its own.
    /// </summary>
    /// <param name="options">The context's options.</param>
    /// <param name="connectionString"><c>ConnectionStrings:contacts</c>; null means <see cref="ContactsConnectionString.Default"/>.</param>
    /// <param name="migrationsHistoryTable">The context's own history table, as in <c>__AccountsMigrations</c>.</param>
    /// <exception cref="ArgumentException">The connection string cannot be used; the message says what to write.</exception>
    public static DbContextOptionsBuilder UseContactsDatabase(
        this DbContextOptionsBuilder options, string? connectionString, string migrationsHistoryTable)
    {
        var builder = ContactsConnectionString.Parse(connectionString);
        Directory.CreateDirectory(Path.GetDirectoryName(builder.DataSource)!);
        return options
            .UseSqlite(builder.ToString(), sqlite => sqlite.MigrationsHistoryTable(migrationsHistoryTable))
            .AddInterceptors(SqliteSetUp.Interceptor)
            // EF Core logs every command as information; with loops that look for work that is all one would see.
            .ConfigureWarnings(warnings => warnings.Log((RelationalEventId.CommandExecuted, LogLevel.Debug)));
    }

    /// <summary>Keeps points in time as milliseconds since 1970 (UTC): as numbers they can be compared in SQL on every provider, and SQLite has no type for them.</summary>
    public static void KeepTimesAsNumbers(this ModelConfigurationBuilder conventions)
    {
        ArgumentNullException.ThrowIfNull(conventions);
        conventions.Properties<DateTimeOffset>().HaveConversion<UnixMillisecondsConverter>();
    }

    private sealed class UnixMillisecondsConverter() : ValueConverter<DateTimeOffset, long>(
        time => time.ToUnixTimeMilliseconds(), milliseconds => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));
}
