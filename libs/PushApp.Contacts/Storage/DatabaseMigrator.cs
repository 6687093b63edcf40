using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace PushApp.Contacts;

/// <summary>Applies a context's migrations at start, safely with several instances starting at once and with one of them killed meanwhile.</summary>
/// <remarks>
/// Holds a lock of the operating system on <c>{file}.migrate.lock</c>, which ends with its process. EF Core's own lock is a row in
/// <c>__EFMigrationsLock</c> that a killed process leaves behind, and every later start would wait for it forever: whoever holds the file lock knows that
/// such a row belongs to nobody, and removes it.
/// </remarks>
public static class DatabaseMigrator
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LockTimeout = TimeSpan.FromMinutes(5);

    /// <summary>Creates the database if there is none and applies what it lacks of the context's migrations.</summary>
    /// <param name="context">A context set up by <see cref="ContactsDatabaseExtensions.UseContactsDatabase"/>.</param>
    /// <param name="cancellationToken">Ends the wait for the lock, and the work between two migrations.</param>
    /// <exception cref="InvalidOperationException">The context uses another database, or the file is on a disk that cannot be shared, or another instance kept the lock for 5 minutes.</exception>
    public static Task MigrateAsync(DbContext context, CancellationToken cancellationToken = default) => MigrateAsync(context, static () => { }, cancellationToken);

    /// <inheritdoc cref="MigrateAsync(DbContext, CancellationToken)"/>
    /// <param name="context">A context set up by <see cref="ContactsDatabaseExtensions.UseContactsDatabase"/>.</param>
    /// <param name="seed">What to do once the schema is there, while no other instance migrates: what must be made once and by one.</param>
    /// <param name="cancellationToken">Ends the wait for the lock, and the work between two migrations.</param>
    public static async Task MigrateAsync(DbContext context, Action seed, CancellationToken cancellationToken)
    {
        var connectionString = context.Database.GetConnectionString()
            ?? throw new InvalidOperationException($"{context.GetType().Name} has no connection string: set it up with UseContactsDatabase.");
        var file = ContactsConnectionString.Parse(connectionString).DataSource;
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);

        await using var held = await LockAsync(file + ".migrate.lock", cancellationToken).ConfigureAwait(false);
        var connection = (SqliteConnection)context.Database.GetDbConnection();
        await context.Database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            SqliteSetUp.EnsureWal(connection);
            await using (var command = connection.CreateCommand())
            {
                command.CommandText = """DROP TABLE IF EXISTS "__EFMigrationsLock";""";
                await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            }

            await context.Database.MigrateAsync(cancellationToken).ConfigureAwait(false);
            seed();
        }
        finally
        {
            await context.Database.CloseConnectionAsync().ConfigureAwait(false);
        }
    }

    // The file stays: removing it would let a third process lock a new file of the same name while a second one waits for the old.
    private static async Task<FileStream> LockAsync(string path, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.None);
            }
            catch (IOException exception) when (exception is not (DirectoryNotFoundException or FileNotFoundException or PathTooLongException))
            {
                if (TimeProvider.System.GetElapsedTime(started) > LockTimeout)
                {
                    throw new InvalidOperationException(
                        $"'{path}' cannot be locked ({exception.Message}). Another instance has been migrating the database for {LockTimeout.TotalMinutes} minutes: look at its log, or end it.", exception);
                }

                await Task.Delay(RetryDelay, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
