using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using PushApp.Contacts;

namespace PushApp.Tests.Integration.Contacts;

public sealed class MigrationTests
{
    [Fact]
    public async Task Several_instances_start_at_once_on_an_empty_folder()
    {
        var folder = Directory.CreateTempSubdirectory("pushapp-migration-");
        try
        {
            var file = Path.Combine(folder.FullName, "sub", "contacts.db");
            await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(async () =>
            {
                await using var context = Create(file);
                await DatabaseMigrator.MigrateAsync(context, TestContext.Current.CancellationToken);
            })));

            await using var after = Create(file);
            Assert.Empty(await after.Database.GetPendingMigrationsAsync(TestContext.Current.CancellationToken));
            Assert.Equal("wal", await after.Database.SqlQueryRaw<string>("SELECT journal_mode AS Value FROM pragma_journal_mode").SingleAsync(TestContext.Current.CancellationToken));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Lock_that_a_killed_process_left_behind_is_removed()
    {
        var folder = Directory.CreateTempSubdirectory("pushapp-migration-");
        try
        {
            var file = Path.Combine(folder.FullName, "contacts.db");
            await using (var connection = new SqliteConnection($"Data Source={file};Pooling=False"))
            {
                await connection.OpenAsync(TestContext.Current.CancellationToken);
                await using var command = connection.CreateCommand();
                command.CommandText =
                    """CREATE TABLE "__EFMigrationsLock" ("Id" INTEGER NOT NULL PRIMARY KEY, "Timestamp" TEXT NOT NULL); INSERT INTO "__EFMigrationsLock" VALUES (1, '2026-01-01')""";
                await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            }

            using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            patience.CancelAfter(TimeSpan.FromSeconds(30));
            await using var context = Create(file);
            await DatabaseMigrator.MigrateAsync(context, patience.Token);
            Assert.Equal(0, await context.Imports.CountAsync(TestContext.Current.CancellationToken));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("Data Source=:memory:")]
    [InlineData("Data Source=")]
    [InlineData("Nonsense=1")]
    public void Connection_string_that_cannot_be_used_is_refused_with_an_example(string connectionString) =>
        Assert.Contains("Data Source=/var/lib/pushapp/contacts.db", Assert.Throws<ArgumentException>(() => ContactsConnectionString.Resolve(connectionString)).Message);

    [Fact]
    public void Model_and_migrations_agree()
    {
        using var context = Create(Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"), "unused.db"));
        Assert.False(context.Database.HasPendingModelChanges());
    }

    private static ContactsDbContext Create(string file)
    {
        var options = new DbContextOptionsBuilder<ContactsDbContext>();
        options.UseContactsDatabase($"Data Source={file};Pooling=False", ContactsDbContext.MigrationsHistoryTable);
        return new ContactsDbContext(options.Options);
    }
}
