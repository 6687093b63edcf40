using Microsoft.EntityFrameworkCore;

namespace PushApp.Contacts;

/// <summary>Removes notifications that are old, or too many, as ended imports are: <see cref="ImportOptions.KeepFor"/>, <see cref="ImportOptions.MaxKeptPerUser"/>.</summary>
internal static class NotificationRetention
{
    // In steps so small that no other writer waits for long.
    private const int RowsAtOnce = 5000;

    public static async Task ApplyAsync(ContactsDbContext context, ImportOptions options, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var oldest = now - options.KeepFor;
        await RemoveAsync(context.Notifications.Where(notification => notification.Time < oldest).OrderBy(notification => notification.Id)).ConfigureAwait(false);

        var max = options.MaxKeptPerUser;
        var owners = await context.Notifications.GroupBy(notification => notification.Owner).Where(mine => mine.Count() > max).Select(mine => mine.Key)
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        foreach (var owner in owners)
        {
            await RemoveAsync(context.Notifications.Where(notification => notification.Owner == owner)
                .OrderByDescending(notification => notification.Time).ThenByDescending(notification => notification.Id).Skip(max)).ConfigureAwait(false);
        }

        async Task RemoveAsync(IQueryable<Notification> notifications)
        {
            while (await notifications.Take(RowsAtOnce).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false) == RowsAtOnce)
            {
            }
        }
    }
}
