using System.Text.Json;
using Microsoft.EntityFrameworkCore;

namespace PushApp.Contacts;

/// <summary>A user's notifications, for what arrived while away too.</summary>
public sealed class NotificationBox
{
    private readonly IDbContextFactory<ContactsDbContext> _contexts;
    private readonly WakeUpSignal _outbox;
    private readonly TimeProvider _time;

    internal NotificationBox(IDbContextFactory<ContactsDbContext> contexts, WakeUpSignal outbox, TimeProvider time)
    {
        _contexts = contexts;
        _outbox = outbox;
        _time = time;
    }

    /// <summary>The user's notifications, the newest first, and how many are unread.</summary>
    public async Task<NotificationPage> ListAsync(string owner, PageRequest page, CancellationToken cancellationToken)
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var mine = context.Notifications.AsNoTracking().Where(notification => notification.Owner == owner);
        var total = await mine.LongCountAsync(cancellationToken).ConfigureAwait(false);
        var unread = await mine.LongCountAsync(notification => !notification.Read, cancellationToken).ConfigureAwait(false);
        var items = await mine.OrderByDescending(notification => notification.Time).ThenByDescending(notification => notification.Id)
            .Skip(page.Skip).Take(page.Size).ToListAsync(cancellationToken).ConfigureAwait(false);
        return new NotificationPage([.. items.Select(NotificationView.Of)], total, unread);
    }

    /// <summary>Marks one as read, and tells the user's other pages.</summary>
    /// <returns>False when the user has no such notification.</returns>
    public async Task<bool> ReadAsync(ContactsUser user, Guid id, CancellationToken cancellationToken)
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var one = context.Notifications.Where(notification => notification.Owner == user.Id && notification.Id == id);
        return await MarkAsync(context, user, one, new NotificationReadData([id], false), cancellationToken).ConfigureAwait(false)
            || await one.AnyAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Marks all as read, and tells the user's other pages.</summary>
    public async Task ReadAllAsync(ContactsUser user, CancellationToken cancellationToken)
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        await MarkAsync(
            context, user, context.Notifications.Where(notification => notification.Owner == user.Id), new NotificationReadData(null, true), cancellationToken)
            .ConfigureAwait(false);
    }

    private async Task<bool> MarkAsync(
        ContactsDbContext context, ContactsUser user, IQueryable<Notification> which, NotificationReadData data, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var isChanged = await context.InTransactionAsync(
            async cancelled =>
            {
                var marked = await which.Where(notification => !notification.Read)
                    .ExecuteUpdateAsync(set => set.SetProperty(notification => notification.Read, true), cancelled).ConfigureAwait(false);
                if (marked == 0)
                {
                    // What was read before needs no event.
                    return false;
                }

                context.AddEvent(user.Channel, ContactsEvents.NotificationRead, JsonSerializer.Serialize(data, ContactsJson.Default.NotificationReadData), now);
                await context.SaveChangesAsync(cancelled).ConfigureAwait(false);
                return true;
            },
            // Repeated, it finds what is left to do.
            static _ => Task.FromResult(false),
            cancellationToken).ConfigureAwait(false);
        if (!isChanged)
        {
            return false;
        }

        _outbox.Set();
        return true;
    }
}

/// <summary>A part of a user's notifications.</summary>
/// <param name="Items">The part.</param>
/// <param name="Total">How many there are.</param>
/// <param name="Unread">How many of all are unread.</param>
public sealed record NotificationPage(IReadOnlyList<NotificationView> Items, long Total, long Unread);
