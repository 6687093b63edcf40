using NpgsqlTypes;

namespace PushApp.Contacts;

internal sealed partial class PostgreSqlContactStore
{
    private const string AdvanceSql =
        """
        UPDATE "Imports" SET "Rows" = "Rows" + $1, "Added" = "Added" + $2, "Updated" = "Updated" + $3, "Unchanged" = "Unchanged" + $4, "Rejected" = "Rejected" + $5,
            "BytesRead" = $6, "RowsPerSecond" = $7, "SecondsLeft" = $8, "Header" = $9, "LeaseUntil" = $10, "ChangedAt" = $11, "Attempts" = 0, "Notice" = $15
        WHERE "Number" = $12 AND "State" = 'running' AND "LeaseToken" = $13 AND "Rows" = $14 AND "LeaseUntil" > $11
        """;

    public async Task<bool> TryAdvanceAsync(ImportAdvance advance, CancellationToken cancellationToken)
    {
        var (job, counts) = (advance.Job, advance.Counts);
        return await ExecuteAsync(
            AdvanceSql,
            [
                new() { Value = counts.Rows }, new() { Value = counts.Added }, new() { Value = counts.Updated }, new() { Value = counts.Unchanged }, new() { Value = counts.Rejected },
                new() { Value = advance.BytesRead }, Number(advance.RowsPerSecond), Number(advance.SecondsLeft), Text(job.Header),
                new() { Value = advance.LeaseUntil.ToUnixTimeMilliseconds() }, new() { Value = advance.Now.ToUnixTimeMilliseconds() },
                new() { Value = job.Number }, Text(job.LeaseToken), new() { Value = advance.FirstRow }, Text(job.Notice),
            ],
            cancellationToken).ConfigureAwait(false) == 1;
    }

    public Task RejectAsync(long jobNumber, IReadOnlyCollection<RejectedRow> rows, CancellationToken cancellationToken) => ExecuteAsync(
        """
        INSERT INTO "RejectedRows" ("JobNumber", "Row", "Line", "Reason", "Columns") SELECT $1, r, l, reason, columns FROM unnest($2, $3, $4, $5) AS new (r, l, reason, columns)
        """,
        [
            new() { Value = jobNumber },
            new() { Value = rows.Select(row => row.Row).ToArray() },
            new() { Value = rows.Select(row => row.Line).ToArray() },
            new() { Value = rows.Select(row => PostgreSqlText.Clean(row.Reason)).ToArray() },
            new() { Value = rows.Select(row => PostgreSqlText.Clean(row.Columns)).ToArray() },
        ],
        cancellationToken);

    private static Npgsql.NpgsqlParameter Number(long? value) => new() { Value = value ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint };

    private static Npgsql.NpgsqlParameter Text(string? value) => new() { Value = value is null ? DBNull.Value : PostgreSqlText.Clean(value), NpgsqlDbType = NpgsqlDbType.Text };
}
