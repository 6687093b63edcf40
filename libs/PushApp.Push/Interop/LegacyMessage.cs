namespace PushApp.Push.Interop;

/// <summary>What an existing publisher's Redis message means here.</summary>
/// <param name="Channel">The channel it goes to.</param>
/// <param name="Event">The event's name.</param>
/// <param name="Data">Its data, as text.</param>
internal sealed record LegacyMessage(ChannelName Channel, string Event, string Data);
