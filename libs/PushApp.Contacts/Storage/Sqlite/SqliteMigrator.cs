using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace PushApp.Contacts;

/// <summary>Applies migrations to a SQLite file.</summary>
/// <remarks>
/// Holds a lock of the operating system on <c>{file}.migrate.lock</c>, which ends with its process. EF Core's own lock is a row in
/// <c>__EFMigrationsLock</c> that a killed process leaves behind, and every later start would wait for it forever: whoever holds the file lock knows that
/// such a row belongs to nobody, and removes it.
/// </remarks>
internal static class SqliteMigrator
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(50);

    public static async Task MigrateAsync(DbContext context, Action seed, CancellationToken cancellationToken)
    {
        var file = new SqliteConnectionStringBuilder(context.Database.GetConnectionString()).DataSource;
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
                if (TimeProvider.System.GetElapsedTime(started) > DatabaseMigrator.LockTimeout)
                {
                    throw DatabaseMigrator.LockFailure($"'{path}'", exception);
                }

                await Task.Delay(RetryDelay, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
