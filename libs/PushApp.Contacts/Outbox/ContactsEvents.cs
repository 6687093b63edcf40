namespace PushApp.Contacts;

/// <summary>The names of the events that contacts and imports publish; docs/events.md.</summary>
public static class ContactsEvents
{
    /// <summary>Ephemeral.</summary>
    public const string ImportProgress = "import.progress";

    /// <summary>Once per import that completed.</summary>
    public const string ImportCompleted = "import.completed";

    /// <summary>Once per import that failed.</summary>
    public const string ImportFailed = "import.failed";

    /// <summary>Once per import that its owner ended.</summary>
    public const string ImportCancelled = "import.cancelled";

    /// <summary>Somebody gave a contact to the channel's user.</summary>
    public const string ContactShared = "contact.shared";

    /// <summary>A new entry in the notification box.</summary>
    public const string Notification = "notification";

    /// <summary>Entries were read, in this tab or another.</summary>
    public const string NotificationRead = "notification.read";
}
