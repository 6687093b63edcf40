namespace PushApp.Contacts;

/// <summary>Stores a job's batches, each with the checkpoint in one transaction, on SQLite. Not thread-safe.</summary>
internal sealed class SqliteImportStore : IDisposable
{
    private readonly SqliteContactStore _contacts;
    private readonly SqliteStatements _statements;
    private readonly SqliteStatement _advance;
    private readonly SqliteStatement _reject;
    private readonly TimeProvider _time;
    private readonly long _maxRejectedRows;

    /// <param name="connectionString">Where the contacts are.</param>
    /// <param name="time">By which leases count.</param>
    /// <param name="maxRejectedRows">How many rejected rows of a job are kept.</param>
    public SqliteImportStore(string connectionString, TimeProvider time, long maxRejectedRows = long.MaxValue)
    {
        _time = time;
        _maxRejectedRows = maxRejectedRows;
        _contacts = new SqliteContactStore(connectionString, bulk: true);
        _statements = new SqliteStatements(_contacts.Connection);

        // Whoever does not hold the lease, at this checkpoint and at this time, changes no row here, and nothing after it.
        _advance = _statements.Prepare(
            """
            UPDATE Imports SET Rows = Rows + ?1, Added = Added + ?2, Updated = Updated + ?3, Unchanged = Unchanged + ?4, Rejected = Rejected + ?5,
                BytesRead = ?6, RowsPerSecond = ?7, SecondsLeft = ?8, Header = ?9, LeaseUntil = ?10, ChangedAt = ?11, Attempts = 0, Notice = ?15
            WHERE Number = ?12 AND State = 'running' AND LeaseToken = ?13 AND Rows = ?14 AND LeaseUntil > ?11
            """);
        _reject = _statements.Prepare("INSERT INTO RejectedRows (JobNumber, Row, Line, Reason, Columns) VALUES (?1, ?2, ?3, ?4, ?5)");
    }

    public long GetBook(string owner) => _contacts.GetBook(owner);

    /// <summary>Stores a batch and moves the checkpoint behind it, or throws and stores nothing.</summary>
    /// <exception cref="LeaseLostException">The job is no longer this worker's.</exception>
    public ImportCounts Store(ImportJob job, long bookId, ImportBatch batch, ImportPace pace, TimeSpan lease, CancellationToken cancellationToken)
    {
        while (true)
        {
            var matched = _contacts.Match(bookId, job.Number, batch.Contacts, cancellationToken);
            var counts = new ImportCounts(matched.Added, matched.Updated, matched.Unchanged, batch.Rejected.Count);

            using var transaction = _contacts.Connection.BeginTransaction(deferred: false);
            var now = _time.GetUtcNow();
            var until = now + lease;
            if (!TryAdvance(job, batch, counts, pace, now, until))
            {
                throw new LeaseLostException();
            }

            // Somebody shared a contact with this user since: the next look sees it.
            if (!_contacts.TryWrite(matched, job.Number, now))
            {
                transaction.Rollback();
                continue;
            }

            _reject.Set(1, job.Number);
            foreach (var (row, record) in batch.Rejected.Take((int)Math.Clamp(_maxRejectedRows - job.Rejected, 0, batch.Rejected.Count)))
            {
                _reject.Set(2, row).Set(3, record.Line).Set(4, record.Reason)
                    .Set(5, System.Text.Json.JsonSerializer.Serialize(record.Columns!, ContactsJson.Default.StringArray)).Execute();
            }

            // A process that was frozen right here has kept the database's lock, so nothing was taken from it; but its lease is over, and so is its right to write.
            if (_time.GetUtcNow() >= until)
            {
                throw new LeaseLostException();
            }

            transaction.Commit();
            return counts;
        }
    }

    public void Dispose()
    {
        _statements.Dispose();
        _contacts.Dispose();
    }

    private bool TryAdvance(ImportJob job, ImportBatch batch, ImportCounts counts, ImportPace pace, DateTimeOffset now, DateTimeOffset until)
    {
        var (rate, left) = pace.At(batch.FirstRow + batch.Rows, batch.BytesRead, job.BytesTotal);
        return _advance
            .Set(1, counts.Rows).Set(2, counts.Added).Set(3, counts.Updated).Set(4, counts.Unchanged).Set(5, counts.Rejected)
            .Set(6, batch.BytesRead).Set(7, rate).Set(8, left).Set(9, job.Header)
            .Set(10, until.ToUnixTimeMilliseconds()).Set(11, now.ToUnixTimeMilliseconds())
            .Set(12, job.Number).Set(13, job.LeaseToken).Set(14, batch.FirstRow).Set(15, job.Notice)
            .Execute() == 1;
    }
}
