namespace PushApp.Contacts;

/// <summary>Stores a job's batches, each with the checkpoint in one transaction. Not thread-safe.</summary>
/// <param name="contacts">Where to; disposed of with this.</param>
/// <param name="time">By which leases count: the clocks of several machines must agree to a small part of a lease.</param>
/// <param name="maxRejectedRows">How many rejected rows of a job are kept.</param>
internal sealed class ImportStore(IContactStore contacts, TimeProvider time, long maxRejectedRows = long.MaxValue) : IAsyncDisposable
{
    public Task<long> GetBookAsync(string owner, CancellationToken cancellationToken) => contacts.GetBookAsync(owner, cancellationToken);

    /// <summary>Stores a batch and moves the checkpoint behind it, or throws and stores nothing.</summary>
    /// <exception cref="LeaseLostException">The job is no longer this worker's.</exception>
    public async Task<ImportCounts> StoreAsync(
        ImportJob job, long bookId, ImportBatch batch, ImportPace pace, TimeSpan lease, CancellationToken cancellationToken)
    {
        while (true)
        {
            var matched = await contacts.MatchAsync(bookId, job.Number, batch.Contacts, cancellationToken).ConfigureAwait(false);
            var counts = new ImportCounts(matched.Added, matched.Updated, matched.Unchanged, batch.Rejected.Count);

            await using var transaction = await contacts.BeginAsync(cancellationToken).ConfigureAwait(false);
            var now = time.GetUtcNow();
            var until = now + lease;
            var (rate, left) = pace.At(batch.FirstRow + batch.Rows, batch.BytesRead, job.BytesTotal);

            // Whoever does not hold the lease, at this checkpoint and at this time, changes no row here, and nothing after it.
            if (!await contacts.TryAdvanceAsync(new ImportAdvance(job, batch.FirstRow, counts, batch.BytesRead, rate, left, now, until), cancellationToken).ConfigureAwait(false))
            {
                throw new LeaseLostException();
            }

            // Somebody shared a contact with this user since: the next look sees it.
            if (!await contacts.TryWriteAsync(matched, job.Number, now, cancellationToken).ConfigureAwait(false))
            {
                await transaction.RollbackAsync(cancellationToken).ConfigureAwait(false);
                continue;
            }

            if (Rejected(job, batch) is { Length: > 0 } rejected)
            {
                await contacts.RejectAsync(job.Number, rejected, cancellationToken).ConfigureAwait(false);
            }

            // A process that was frozen right here has kept the job locked, so nothing was taken from it; but its lease is over, and so is its right to write.
            if (time.GetUtcNow() >= until)
            {
                throw new LeaseLostException();
            }

            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
            return counts;
        }
    }

    public ValueTask DisposeAsync() => contacts.DisposeAsync();

    private RejectedRow[] Rejected(ImportJob job, ImportBatch batch) =>
    [
        .. batch.Rejected.Take((int)Math.Clamp(maxRejectedRows - job.Rejected, 0, batch.Rejected.Count)).Select(rejected => new RejectedRow
        {
            JobNumber = job.Number,
            Row = rejected.Row,
            Line = rejected.Record.Line,
            Reason = rejected.Record.Reason!,
            Columns = System.Text.Json.JsonSerializer.Serialize(rejected.Record.Columns!, ContactsJson.Default.StringArray),
        }),
    ];
}
