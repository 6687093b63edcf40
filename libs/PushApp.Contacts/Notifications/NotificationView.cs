using System.Text.Json;

namespace PushApp.Contacts;

/// <summary>A notification as the API and the event show it; docs/events.md.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Kind">What it tells of, as in <c>import.completed</c>.</param>
/// <param name="Title">A few words.</param>
/// <param name="Text">A sentence.</param>
/// <param name="Url">Where on the site it leads; null for nowhere.</param>
/// <param name="Time">When it happened, UTC.</param>
/// <param name="Read">Whether its owner has read it.</param>
public sealed record NotificationView(Guid Id, string Kind, string Title, string Text, string? Url, DateTime Time, bool Read)
{
    // DateTime of kind UTC is written with 'Z', DateTimeOffset with '+00:00'.
    internal static NotificationView Of(Notification notification) => new(
        notification.Id, notification.Kind, notification.Title, notification.Text, notification.Url, notification.Time.UtcDateTime, notification.Read);

    internal string ToJson() => JsonSerializer.Serialize(this, ContactsJson.Default.NotificationView);
}
