using Microsoft.Data.Sqlite;

namespace PushApp.Contacts;

/// <summary>Stores a job's batches, each with the checkpoint in one transaction, on SQLite. Not thread-safe.</summary>
internal sealed class SqliteImportStore : IDisposable
{
    private readonly SqliteContactStore _contacts;
    private readonly SqliteStatements _statements;
    private readonly SqliteStatement _advance;
    private readonly SqliteStatement _reject;
    private readonly TimeProvider _time;

    public SqliteImportStore(string connectionString, TimeProvider time)
    {
        _time = time;
        _contacts = new SqliteContactStore(connectionString);
        _statements = new SqliteStatements(_contacts.Connection);

        // Whoever does not hold the lease, at this checkpoint and at this time, changes no row here, and nothing after it.
        _advance = _statements.Prepare(
            """
            UPDATE Imports SET Rows = Rows + @0, Added = Added + @1, Updated = Updated + @2, Unchanged = Unchanged + @3, Rejected = Rejected + @4,
                BytesRead = @5, RowsPerSecond = @6, SecondsLeft = @7, Header = @8, LeaseUntil = @9, ChangedAt = @10, Attempts = 0
            WHERE Number = @11 AND State = 'running' AND LeaseToken = @12 AND Rows = @13 AND LeaseUntil > @10
            """,
            [.. Enumerable.Repeat(SqliteType.Integer, 8), SqliteType.Text, SqliteType.Integer, SqliteType.Integer, SqliteType.Integer, SqliteType.Text, SqliteType.Integer]);
        _reject = _statements.Prepare(
            "INSERT INTO RejectedRows (JobNumber, Row, Line, Reason, Columns) VALUES (@0, @1, @2, @3, @4)",
            SqliteType.Integer, SqliteType.Integer, SqliteType.Integer, SqliteType.Text, SqliteType.Text);
    }

    public long GetBook(string owner) => _contacts.GetBook(owner);

    /// <summary>Stores a batch and moves the checkpoint behind it, or throws and stores nothing.</summary>
    /// <exception cref="LeaseLostException">The job is no longer this worker's.</exception>
    public ImportCounts Store(ImportJob job, long bookId, ImportBatch batch, ImportPace pace, TimeSpan lease)
    {
        while (true)
        {
            var matched = _contacts.Match(bookId, job.Number, batch.Contacts);
            var counts = new ImportCounts(matched.Added, matched.Updated, matched.Unchanged, batch.Rejected.Count);

            using var transaction = _contacts.Connection.BeginTransaction(deferred: false);
            var now = _time.GetUtcNow();
            var until = now + lease;
            if (!TryAdvance(transaction, job, batch, counts, pace, now, until))
            {
                throw new LeaseLostException();
            }

            // Somebody shared a contact with this user since: the next look sees it.
            if (!_contacts.TryWrite(transaction, matched, job.Number, now))
            {
                transaction.Rollback();
                continue;
            }

            _reject.In(transaction).Set(0, job.Number);
            foreach (var (row, record) in batch.Rejected)
            {
                _reject.Set(1, row).Set(2, record.Line).Set(3, record.Reason)
                    .Set(4, System.Text.Json.JsonSerializer.Serialize(record.Columns!, ContactsJson.Default.StringArray)).Execute();
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

    private bool TryAdvance(
        SqliteTransaction transaction, ImportJob job, ImportBatch batch, ImportCounts counts, ImportPace pace, DateTimeOffset now, DateTimeOffset until)
    {
        var (rate, left) = pace.At(batch.FirstRow + batch.Rows, batch.BytesRead, job.BytesTotal);
        return _advance.In(transaction)
            .Set(0, counts.Rows).Set(1, counts.Added).Set(2, counts.Updated).Set(3, counts.Unchanged).Set(4, counts.Rejected)
            .Set(5, batch.BytesRead).Set(6, rate).Set(7, left).Set(8, job.Header)
            .Set(9, until.ToUnixTimeMilliseconds()).Set(10, now.ToUnixTimeMilliseconds())
            .Set(11, job.Number).Set(12, job.LeaseToken).Set(13, batch.FirstRow)
            .Execute() == 1;
    }
}
