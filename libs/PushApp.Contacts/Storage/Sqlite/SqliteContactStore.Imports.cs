namespace PushApp.Contacts;

internal sealed partial class SqliteContactStore
{
    private const string AdvanceSql =
        """
        UPDATE Imports SET Rows = Rows + ?1, Added = Added + ?2, Updated = Updated + ?3, Unchanged = Unchanged + ?4, Rejected = Rejected + ?5,
            BytesRead = ?6, RowsPerSecond = ?7, SecondsLeft = ?8, Header = ?9, LeaseUntil = ?10, ChangedAt = ?11, Attempts = 0, Notice = ?15
        WHERE Number = ?12 AND State = 'running' AND LeaseToken = ?13 AND Rows = ?14 AND LeaseUntil > ?11
        """;

    private const string RejectSql = "INSERT INTO RejectedRows (JobNumber, Row, Line, Reason, Columns) VALUES (?1, ?2, ?3, ?4, ?5)";

    public Task<bool> TryAdvanceAsync(ImportAdvance advance, CancellationToken cancellationToken)
    {
        var (job, counts) = (advance.Job, advance.Counts);
        return Task.FromResult(_advance
            .Set(1, counts.Rows).Set(2, counts.Added).Set(3, counts.Updated).Set(4, counts.Unchanged).Set(5, counts.Rejected)
            .Set(6, advance.BytesRead).Set(7, advance.RowsPerSecond).Set(8, advance.SecondsLeft).Set(9, job.Header)
            .Set(10, advance.LeaseUntil.ToUnixTimeMilliseconds()).Set(11, advance.Now.ToUnixTimeMilliseconds())
            .Set(12, job.Number).Set(13, job.LeaseToken).Set(14, advance.FirstRow).Set(15, job.Notice)
            .Execute() == 1);
    }

    public Task RejectAsync(long jobNumber, IReadOnlyCollection<RejectedRow> rows, CancellationToken cancellationToken)
    {
        _reject.Set(1, jobNumber);
        foreach (var row in rows)
        {
            _reject.Set(2, row.Row).Set(3, row.Line).Set(4, row.Reason).Set(5, row.Columns).Execute();
        }

        return Task.CompletedTask;
    }
}
