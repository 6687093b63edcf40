using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace PushApp.Contacts;

/// <summary>All that differs between the databases that the app runs on. One instance of each, without state; what a connection string means is asked of <see cref="ContactsDatabase"/>.</summary>
internal abstract class DatabaseDialect
{
    /// <summary>SQLite, in one file that the processes of one machine share.</summary>
    public static DatabaseDialect Sqlite { get; } = new SqliteDialect();

    /// <summary>A PostgreSQL server, for processes on several machines.</summary>
    public static DatabaseDialect PostgreSql { get; } = new PostgreSqlDialect();

    /// <summary>What the database is called in traces: <c>db.system.name</c> of OpenTelemetry.</summary>
    public abstract string SystemName { get; }

    /// <summary>The last part of the namespace that this database's migrations are in.</summary>
    public abstract string MigrationsNamespace { get; }

    /// <summary>The dialect that a context was set up for.</summary>
    public static DatabaseDialect Of(DbContext context) =>
        context.Database.ProviderName == SqliteDialect.ProviderName ? Sqlite : PostgreSql;

    /// <summary>For a connection string's settings: knows their names, and refuses those and values that cannot be.</summary>
    public abstract DbConnectionStringBuilder CreateBuilder();

    /// <summary>How many connections a process may have open at once; null for any number.</summary>
    /// <param name="connectionString">One of <see cref="Resolve"/>.</param>
    public virtual int? MaxConnections(string connectionString) => null;

    /// <summary>Checks a connection string, whose settings can be, and completes it.</summary>
    /// <exception cref="ArgumentException">It cannot be used; the message says what to write.</exception>
    public abstract string Resolve(string connectionString);

    /// <summary>Lets a context use the database. The connection string is one of <see cref="Resolve"/>.</summary>
    public abstract void Use(DbContextOptionsBuilder options, string connectionString, string migrationsHistoryTable);

    /// <summary>Lets a context write in a transaction that is another's.</summary>
    public abstract void Use(DbContextOptionsBuilder options, DbConnection connection);

    /// <summary>What holds for the columns of every context.</summary>
    public abstract void Configure(ModelConfigurationBuilder conventions);

    /// <summary>What the contacts' tables have of this database's own: indexes, above all.</summary>
    public abstract void Configure(ModelBuilder model);

    /// <summary>Brings a context's tables up to date, with one process at a time at it.</summary>
    public abstract Task MigrateAsync(DbContext context, Action seed, CancellationToken cancellationToken);

    /// <summary>Whether a write failed because the row cannot be beside one that is there.</summary>
    public abstract bool IsConstraintViolation(DbException exception);

    /// <summary>Opens a context's connection, and lets commits on it return before they are safe on disk: a later one on another connection makes them so.</summary>
    public abstract Task RelaxCommitAsync(DbContext context, CancellationToken cancellationToken);

    /// <summary>Within a transaction: one at a time for each user, until its end.</summary>
    public abstract Task LockUserAsync(ContactsDbContext context, string userId, CancellationToken cancellationToken);

    /// <summary>Within a transaction: keeps a job from being taken by others until its end.</summary>
    /// <returns>False when another process is just writing to it.</returns>
    public abstract Task<bool> TryLockJobAsync(ContactsDbContext context, long number, CancellationToken cancellationToken);

    /// <summary>Begins a transaction that only reads, sees one state of the database throughout, and waits for no writer.</summary>
    public abstract Task<DbTransaction> BeginSnapshotAsync(DbConnection connection, CancellationToken cancellationToken);

    /// <summary>A page's contacts in order, and how many there are in all.</summary>
    /// <param name="connection">An open one.</param>
    /// <param name="book">Whose contacts.</param>
    /// <param name="words">Those that have all of these; null for all contacts.</param>
    /// <param name="skip">How many come before.</param>
    /// <param name="take">How many at most.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public abstract Task<(List<long> Ids, long Total)> ListAsync(
        DbConnection connection, long book, SearchWords? words, int skip, int take, CancellationToken cancellationToken);

    /// <summary>Opens a connection for storing contacts.</summary>
    /// <param name="connectionString">The database.</param>
    /// <param name="lease">
    /// For an import's batches, how long its worker keeps a job without a sign of life: what takes longer is given up. The last of the batches may be undone when the power fails, and the import goes on from
    /// there. Null for anything else.
    /// </param>
    /// <param name="cancellationToken">Ends the wait for a connection.</param>
    public abstract Task<IContactStore> OpenStoreAsync(string connectionString, TimeSpan? lease, CancellationToken cancellationToken);

    /// <summary>Opens a connection for reading an uploaded file.</summary>
    public abstract IImportChunkReader OpenChunks(string connectionString, long jobNumber);
}
