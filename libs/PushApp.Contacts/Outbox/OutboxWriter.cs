using System.Diagnostics;

namespace PushApp.Contacts;

/// <summary>Adds events and notifications to a transaction.</summary>
internal static class OutboxWriter
{
    public static void AddEvent(this ContactsDbContext context, string channel, string eventName, string data, DateTimeOffset now) =>
        context.Outbox.Add(new OutboxMessage
        {
            Key = Guid.CreateVersion7(now),
            Channel = channel,
            EventName = eventName,
            Data = data,
            CreatedAt = now,
            TraceParent = Activity.Current?.Id,
        });

    public static Notification AddNotification(
        this ContactsDbContext context, string owner, string channel, string kind, string title, string text, string? url, DateTimeOffset now, Guid? id = null)
    {
        var notification = new Notification
        {
            Id = id ?? Guid.CreateVersion7(now),
            Owner = owner,
            Kind = kind,
            Title = title,
            Text = text,
            Url = url,
            Time = now,
        };
        context.Notifications.Add(notification);
        context.AddEvent(channel, ContactsEvents.Notification, NotificationView.Of(notification).ToJson(), now);
        return notification;
    }
}
