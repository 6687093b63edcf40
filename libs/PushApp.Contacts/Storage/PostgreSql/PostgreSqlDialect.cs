using System.Data;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace PushApp.Contacts;

/// <summary>A PostgreSQL server, 14 or later: writers of different books do not wait for each other, and processes run on several machines.</summary>
internal sealed class PostgreSqlDialect : DatabaseDialect
{
    /// <summary>The numbers of contacts.</summary>
    public const string ContactIds = "ContactIds";

    private const string TrigramExtension = "pg_trgm";
    private const int MaxRetries = 3;

    // An import's store has its own (PostgreSqlContactStore).
    private static readonly TimeSpan MaxIdle = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan MaxRetryDelay = TimeSpan.FromSeconds(2);

    public override string SystemName => "postgresql";

    public override string MigrationsNamespace => "PostgreSql";

    public override DbConnectionStringBuilder CreateBuilder() => new NpgsqlConnectionStringBuilder();

    public override int? MaxConnections(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString) is { Pooling: true } builder ? builder.MaxPoolSize : null;

    public override string Resolve(string connectionString)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        if (string.IsNullOrEmpty(builder.Host) || string.IsNullOrEmpty(builder.Database))
        {
            throw new ArgumentException("Host and Database must be given.", nameof(connectionString));
        }

        if (builder.NoResetOnClose)
        {
            throw new ArgumentException("Leave out 'No Reset On Close': what one use of a connection sets must not hold for the next.", nameof(connectionString));
        }

        builder.ApplicationName ??= "PushApp";

        // A process that is frozen, or cut off, inside of a transaction must not keep what it locked: the server ends its session.
        builder.Options ??= $"-c idle_in_transaction_session_timeout={(int)MaxIdle.TotalMilliseconds}";
        return builder.ToString();
    }

    public override void Use(DbContextOptionsBuilder options, string connectionString, string migrationsHistoryTable) => options
        .UseNpgsql(connectionString, npgsql => npgsql.MigrationsHistoryTable(migrationsHistoryTable).EnableRetryOnFailure(MaxRetries, MaxRetryDelay, errorCodesToAdd: null))
        .AddInterceptors(PostgreSqlText.Interceptor);

    public override void Use(DbContextOptionsBuilder options, DbConnection connection) => options.UseNpgsql(connection).AddInterceptors(PostgreSqlText.Interceptor);

    // By bytes, as SQLite does; and an index serves beginnings of texts only so.
    public override void Configure(ModelConfigurationBuilder conventions) => conventions.Properties<string>().UseCollation("C");

    public override void Configure(ModelBuilder model)
    {
        model.HasPostgresExtension(TrigramExtension);
        model.HasSequence<long>(ContactIds);
        model.Entity<Contact>(contact =>
        {
            // With the number, a page is skipped to without a look at the table.
            contact.HasIndex(c => new { c.BookId, c.SortName, c.Id });
            contact.HasIndex(c => c.SearchText).HasMethod("gin").HasOperators("gin_trgm_ops");
        });
        model.Entity<ImportJob>().HasIndex(job => job.Swept, ContactsDbContext.ToSweepIndex).HasFilter("NOT \"Swept\"");
        model.Entity<Notification>().HasIndex(notification => notification.Owner, ContactsDbContext.UnreadIndex).HasFilter("NOT \"Read\"");
    }

    public override Task MigrateAsync(DbContext context, Action seed, CancellationToken cancellationToken) => PostgreSqlMigrator.MigrateAsync(context, seed, cancellationToken);

    // Class 23: https://www.postgresql.org/docs/current/errcodes-appendix.html
    public override bool IsConstraintViolation(DbException exception) => exception.SqlState?.StartsWith("23", StringComparison.Ordinal) == true;

    public override async Task RelaxCommitAsync(DbContext context, CancellationToken cancellationToken)
    {
        // The pool sets it back when the connection is closed.
        await context.Database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await context.Database.ExecuteSqlRawAsync("SET synchronous_commit = off", cancellationToken).ConfigureAwait(false);
    }

    public override Task LockUserAsync(ContactsDbContext context, string userId, CancellationToken cancellationToken) =>
        context.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtextextended({userId}, 0))", cancellationToken);

    // Without waiting: a worker that is frozen inside of a transaction would hold everybody up.
    public override async Task<bool> TryLockJobAsync(ContactsDbContext context, long number, CancellationToken cancellationToken) =>
        await context.Imports.FromSql($"""SELECT * FROM "Imports" WHERE "Number" = {number} FOR UPDATE SKIP LOCKED""").AsNoTracking()
            .ToListAsync(cancellationToken).ConfigureAwait(false) is [_];

    public override async Task<DbTransaction> BeginSnapshotAsync(DbConnection connection, CancellationToken cancellationToken) =>
        await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false);

    public override Task<(List<long> Ids, long Total)> ListAsync(
        DbConnection connection, long book, SearchWords? words, int skip, int take, CancellationToken cancellationToken) =>
        PostgreSqlContactList.ReadAsync((NpgsqlConnection)connection, book, words, skip, take, cancellationToken);

    public override async Task<IContactStore> OpenStoreAsync(string connectionString, TimeSpan? lease, CancellationToken cancellationToken) =>
        await PostgreSqlContactStore.OpenAsync(connectionString, lease, cancellationToken).ConfigureAwait(false);

    public override IImportChunkReader OpenChunks(string connectionString, long jobNumber) => new PostgreSqlChunkReader(connectionString, jobNumber);
}
