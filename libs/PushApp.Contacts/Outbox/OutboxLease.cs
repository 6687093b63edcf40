using Microsoft.EntityFrameworkCore;

namespace PushApp.Contacts;

/// <summary>The right to relay, held only while there is something to relay, so that whoever commits an event can mostly send it at once.</summary>
internal sealed class OutboxLease(IDbContextFactory<ContactsDbContext> contexts, TimeProvider time, TimeSpan duration)
{
    public const string Name = "outbox";

    private readonly string _token = Guid.NewGuid().ToString("N");

    /// <summary>Takes the lease, or keeps it for another term.</summary>
    public async Task<bool> TryHoldAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow();
        var until = now + duration;
        var held = await context.Leases
            .Where(lease => lease.Name == Name && (lease.Token == _token || lease.Until < now))
            .ExecuteUpdateAsync(set => set.SetProperty(lease => lease.Token, _token).SetProperty(lease => lease.Until, until), cancellationToken)
            .ConfigureAwait(false);
        return held == 1;
    }

    /// <summary>Removes what was sent, and gives the lease back when that is all.</summary>
    public async Task RemoveAsync(IReadOnlyCollection<long> sent, bool release, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        await context.InTransactionAsync(
            async cancelled =>
            {
                if (sent.Count > 0)
                {
                    await context.Outbox.Where(message => sent.Contains(message.Id)).ExecuteDeleteAsync(cancelled).ConfigureAwait(false);
                }

                return release && await context.Leases.Where(lease => lease.Name == Name && lease.Token == _token)
                    .ExecuteUpdateAsync(set => set.SetProperty(lease => lease.Until, DateTimeOffset.UnixEpoch), cancelled).ConfigureAwait(false) == 1;
            },
            // Repeated, it does the same.
            static _ => Task.FromResult(false),
            cancellationToken).ConfigureAwait(false);
    }
}
