namespace PushApp.Contacts;

/// <summary>An entry of a user's notification box.</summary>
internal sealed class Notification
{
    public Guid Id { get; init; }

    public required string Owner { get; init; }

    public required string Kind { get; init; }

    public required string Title { get; init; }

    public required string Text { get; init; }

    public string? Url { get; init; }

    public DateTimeOffset Time { get; init; }

    public bool Read { get; set; }
}
