using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace PushApp.Contacts;

/// <summary>SQLite: a file on a local disk, with one writer at a time.</summary>
internal sealed class SqliteDialect : DatabaseDialect
{
    public const string ProviderName = "Microsoft.EntityFrameworkCore.Sqlite";

    private const int SqliteConstraint = 19;

    public override string SystemName => "sqlite";

    public override string MigrationsNamespace => "Sqlite";

    public override DbConnectionStringBuilder CreateBuilder() => new SqliteConnectionStringBuilder();

    public override string Resolve(string connectionString)
    {
        var builder = new SqliteConnectionStringBuilder(connectionString);
        if (builder.DataSource.Length == 0 || builder.DataSource == ":memory:" || builder.Mode == SqliteOpenMode.Memory)
        {
            throw new ArgumentException("It names no file, but web and worker must open the same one.", nameof(connectionString));
        }

        builder.DataSource = Path.GetFullPath(builder.DataSource);
        builder.ForeignKeys = true;
        return builder.ToString();
    }

    public override void Use(DbContextOptionsBuilder options, string connectionString, string migrationsHistoryTable)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(new SqliteConnectionStringBuilder(connectionString).DataSource)!);
        options.UseSqlite(connectionString, sqlite => sqlite.MigrationsHistoryTable(migrationsHistoryTable)).AddInterceptors(SqliteSetUp.Interceptor);
    }

    public override void Use(DbContextOptionsBuilder options, DbConnection connection) => options.UseSqlite(connection);

    public override void Configure(ModelConfigurationBuilder conventions)
    {
        // Texts are compared by their bytes as it is.
    }

    public override void Configure(ModelBuilder model)
    {
        model.Entity<Contact>().HasIndex(contact => new { contact.BookId, contact.SortName });
        model.Entity<ImportJob>().HasIndex(job => job.Swept, ContactsDbContext.ToSweepIndex).HasFilter("\"Swept\" = 0");
        model.Entity<Notification>().HasIndex(notification => notification.Owner, ContactsDbContext.UnreadIndex).HasFilter("\"Read\" = 0");
    }

    public override Task MigrateAsync(DbContext context, Action seed, CancellationToken cancellationToken) => SqliteMigrator.MigrateAsync(context, seed, cancellationToken);

    public override bool IsConstraintViolation(DbException exception) => exception is SqliteException { SqliteErrorCode: SqliteConstraint };

    public override async Task RelaxCommitAsync(DbContext context, CancellationToken cancellationToken)
    {
        // Opening the connection again sets this back.
        await context.Database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await context.Database.ExecuteSqlRawAsync("PRAGMA synchronous=NORMAL", cancellationToken).ConfigureAwait(false);
    }

    // The write that comes next takes the database's only write lock.
    // A transaction has the whole file.
    public override Task LockUserAsync(ContactsDbContext context, string userId, CancellationToken cancellationToken) => Task.CompletedTask;

    public override Task<bool> TryLockJobAsync(ContactsDbContext context, long number, CancellationToken cancellationToken) => Task.FromResult(true);

    // Deferred: it only reads, and does not wait for an import's write lock.
    public override Task<DbTransaction> BeginSnapshotAsync(DbConnection connection, CancellationToken cancellationToken) =>
        Task.FromResult<DbTransaction>(((SqliteConnection)connection).BeginTransaction(deferred: true));

    public override Task<(List<long> Ids, long Total)> ListAsync(
        DbConnection connection, long book, SearchWords? words, int skip, int take, CancellationToken cancellationToken) =>
        SqliteContactList.ReadAsync((SqliteConnection)connection, book, words, skip, take, cancellationToken);

    // SQLite works on the thread that calls it: opening is no wait.
    public override Task<IContactStore> OpenStoreAsync(string connectionString, TimeSpan? lease, CancellationToken cancellationToken) =>
        Task.FromResult<IContactStore>(new SqliteContactStore(connectionString, bulk: lease is not null));

    public override IImportChunkReader OpenChunks(string connectionString, long jobNumber) => new SqliteChunkReader(connectionString, jobNumber);
}
