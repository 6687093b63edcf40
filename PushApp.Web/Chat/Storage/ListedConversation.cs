namespace PushApp.Web.Chat;

/// <summary>A room or conversation on a user's list.</summary>
internal sealed class ListedConversation
{
    public required string UserId { get; init; }

    /// <summary>The channel.</summary>
    public required string Channel { get; init; }

    /// <summary>What the list shows: the room's name, or the other user's as its owner writes it.</summary>
    public required string Title { get; init; }

    public required DateTimeOffset AddedAt { get; init; }

    /// <summary>Up to which position the user has read; null for nothing.</summary>
    public string? ReadPosition { get; set; }
}
