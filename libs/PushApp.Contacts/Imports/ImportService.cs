using Microsoft.EntityFrameworkCore;

namespace PushApp.Contacts;

/// <summary>A user's imports. Nobody sees another's.</summary>
public sealed class ImportService
{
    private readonly IDbContextFactory<ContactsDbContext> _contexts;
    private readonly ImportQueue _queue;

    internal ImportService(IDbContextFactory<ContactsDbContext> contexts, ImportQueue queue)
    {
        _contexts = contexts;
        _queue = queue;
    }

    /// <summary>The user's imports, the newest first.</summary>
    public async Task<Page<ImportView>> ListAsync(string owner, PageRequest page, CancellationToken cancellationToken)
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var mine = context.Imports.AsNoTracking().Where(job => job.Owner == owner);
        var total = await mine.LongCountAsync(cancellationToken).ConfigureAwait(false);
        var jobs = await mine.OrderByDescending(job => job.Number).Skip(page.Skip).Take(page.Size).ToListAsync(cancellationToken).ConfigureAwait(false);
        return new Page<ImportView>([.. jobs.Select(ImportView.Of)], total);
    }

    /// <summary>One of the user's imports; null when there is none of that id.</summary>
    public async Task<ImportView?> FindAsync(string owner, Guid id, CancellationToken cancellationToken) =>
        await FindJobAsync(owner, id, cancellationToken).ConfigureAwait(false) is { } job ? ImportView.Of(job) : null;

    /// <summary>Ends an import. What was stored by then stays.</summary>
    public async Task<(CancelOutcome Outcome, ImportView? Import)> CancelAsync(string owner, Guid id, CancellationToken cancellationToken)
    {
        if (await FindJobAsync(owner, id, cancellationToken).ConfigureAwait(false) is not { } job)
        {
            return (CancelOutcome.NotFound, null);
        }

        return await _queue.TryCancelAsync(job.Number, cancellationToken).ConfigureAwait(false) is { } cancelled
            ? (CancelOutcome.Cancelled, cancelled)
            : (CancelOutcome.HasEnded, ImportView.Of((await FindJobAsync(owner, id, cancellationToken).ConfigureAwait(false)) ?? job));
    }

    /// <summary>Writes an import's rejected records as CSV.</summary>
    /// <returns>Null when the user has no such import; otherwise what writes them, to be called once.</returns>
    public async Task<RejectedRowsFile?> FindRejectedAsync(string owner, Guid id, CancellationToken cancellationToken) =>
        await FindJobAsync(owner, id, cancellationToken).ConfigureAwait(false) is { } job ? new RejectedRowsFile(_contexts, job) : null;

    private async Task<ImportJob?> FindJobAsync(string owner, Guid id, CancellationToken cancellationToken)
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        return await context.Imports.AsNoTracking().SingleOrDefaultAsync(job => job.Id == id && job.Owner == owner, cancellationToken).ConfigureAwait(false);
    }
}

/// <summary>What came of cancelling an import.</summary>
public enum CancelOutcome
{
    /// <summary>It has ended by this.</summary>
    Cancelled,

    /// <summary>It had ended before.</summary>
    HasEnded,

    /// <summary>The user has no such import.</summary>
    NotFound,
}
