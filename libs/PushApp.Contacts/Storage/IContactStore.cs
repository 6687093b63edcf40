using System.Data.Common;

namespace PushApp.Contacts;

/// <summary>
/// The hot path of storing contacts, on one connection beside EF Core. Reading and matching hold no lock; what is written belongs to the transaction of <see cref="BeginAsync"/>. Not thread-safe.
/// </summary>
internal interface IContactStore : IAsyncDisposable
{
    /// <summary>The connection, for what else belongs to the transaction.</summary>
    DbConnection Connection { get; }

    /// <summary>The number of a user's book, which is made when there is none.</summary>
    Task<long> GetBookAsync(string owner, CancellationToken cancellationToken);

    /// <summary>Reads what the records concern and merges them in memory. Writes nothing.</summary>
    /// <param name="bookId">Whose contacts they become.</param>
    /// <param name="jobNumber">The job, whose first values win; null outside of jobs, where what is stored wins.</param>
    /// <param name="drafts">The records.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    Task<ContactBatch> MatchAsync(long bookId, long? jobNumber, IReadOnlyList<ContactDraft> drafts, CancellationToken cancellationToken);

    /// <summary>Begins the transaction of what is written next.</summary>
    Task<DbTransaction> BeginAsync(CancellationToken cancellationToken);

    /// <summary>Writes what <see cref="MatchAsync"/> found.</summary>
    /// <returns>False, with nothing written, when the book was written to since: match again.</returns>
    Task<bool> TryWriteAsync(ContactBatch batch, long? jobNumber, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Moves a job's checkpoint on.</summary>
    /// <returns>False, with nothing written, when the job is not the caller's at this checkpoint and time.</returns>
    Task<bool> TryAdvanceAsync(ImportAdvance advance, CancellationToken cancellationToken);

    /// <summary>Keeps a job's rejected rows.</summary>
    Task RejectAsync(long jobNumber, IReadOnlyCollection<RejectedRow> rows, CancellationToken cancellationToken);
}
