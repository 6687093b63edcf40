using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using PushApp.Contacts;
using PushApp.Tests.Infrastructure;
using PushApp.Web.Accounts;
using PushApp.Web.Chat;

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
    public async Task Several_instances_start_at_once_on_an_empty_server_database()
    {
        await using var database = await TestDatabase.CreateAsync(StoreKind.PostgreSql);
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(async () =>
        {
            await using var context = Open<ContactsDbContext>(database.ConnectionString);
            await DatabaseMigrator.MigrateAsync(context, TestContext.Current.CancellationToken);
        })));

        await using var after = Open<ContactsDbContext>(database.ConnectionString);
        Assert.Empty(await after.Database.GetPendingMigrationsAsync(TestContext.Current.CancellationToken));
        Assert.Single(after.Leases);
    }

    [Fact]
    public async Task Server_database_that_lacks_what_it_needs_is_refused_with_what_to_do()
    {
        await using var database = await TestDatabase.CreateAsync(StoreKind.PostgreSql);
        var other = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Database = "none" }.ToString();
        await using (var none = Open<ContactsDbContext>(other))
        {
            var missing = await Assert.ThrowsAsync<InvalidOperationException>(() => DatabaseMigrator.MigrateAsync(none, TestContext.Current.CancellationToken));
            Assert.Contains("CREATE DATABASE \"none\"", missing.Message);
        }

        // A user who may not make the extension, in a database that another owns.
        var name = $"guest{Guid.NewGuid():N}";
        await using (var connection = new NpgsqlConnection(database.ConnectionString))
        {
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await using var command = new NpgsqlCommand($"CREATE ROLE {name} LOGIN", connection);
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        await using var guest = Open<ContactsDbContext>(new NpgsqlConnectionStringBuilder(database.ConnectionString) { Username = name }.ToString());
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => DatabaseMigrator.MigrateAsync(guest, TestContext.Current.CancellationToken));
        Assert.Contains("CREATE EXTENSION pg_trgm", refused.Message);
    }

    [Theory]
    [InlineData("Host=db;Username=x;Password=secret")]
    [InlineData("Server=db;Database=pushapp;Nonsense=1;Password=secret")]
    [InlineData("postgres://x:secret@db/pushapp")]
    // A password that needs quotes: what follows its ';' is taken for the name of a setting.
    [InlineData("Host=db;Database=pushapp;Username=x;Password=se;cretsecret=1")]
    [InlineData("Host=db;Database=pushapp;Password=a;secret")]
    [InlineData("Host=db;Database=pushapp;Port=secret")]
    [InlineData("Host=db;Database=pushapp;SSL Mode=secret")]
    public void Server_that_cannot_be_used_is_refused_with_an_example_and_without_the_password(string connectionString)
    {
        var refused = Assert.Throws<ArgumentException>(() => ContactsConnectionString.Resolve(connectionString));
        Assert.Contains("Host=db;Database=pushapp", refused.Message);

        // As a log shows it: with what led to it.
        Assert.DoesNotContain("secret", refused.ToString());
    }

    [Theory]
    [InlineData("Host=db;Database=pushapp;Maximum Pool Size=many", "'maximum pool size'")]
    [InlineData("Data Source=/tmp/contacts.db;Mode=secret", "'mode'")]
    [InlineData("Host=db;Database=pushapp;Passwort=x", "quotes")]
    [InlineData("Data Source=/tmp/contacts.db;Passwort=x", "quotes")]
    public void Setting_that_cannot_be_is_named_where_it_is_one(string connectionString, string expected) =>
        Assert.Contains(expected, Assert.Throws<ArgumentException>(() => ContactsConnectionString.Resolve(connectionString)).Message);

    [Theory]
    [InlineData("Data Source=contacts.db")]
    [InlineData("Host=none;Database=none")]
    public void Models_and_migrations_agree(string connectionString)
    {
        Agree(Open<ContactsDbContext>(connectionString));
        Agree(new AccountsDbContextFactory().CreateDbContext([connectionString]));
        Agree(new ChatDbContextFactory().CreateDbContext([connectionString]));

        static void Agree(DbContext context)
        {
            using (context)
            {
                Assert.NotEmpty(context.Database.GetMigrations());
                Assert.False(context.Database.HasPendingModelChanges());
            }
        }
    }

    private static TContext Open<TContext>(string connectionString)
        where TContext : DbContext
    {
        var options = new DbContextOptionsBuilder<TContext>();
        options.UseContactsDatabase(connectionString, "__Migrations");
        return (TContext)Activator.CreateInstance(typeof(TContext), options.Options)!;
    }

    private static ContactsDbContext Create(string file)
    {
        var options = new DbContextOptionsBuilder<ContactsDbContext>();
        options.UseContactsDatabase($"Data Source={file};Pooling=False", ContactsDbContext.MigrationsHistoryTable);
        return new ContactsDbContext(options.Options);
    }
}
