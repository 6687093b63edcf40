namespace PushApp.Push;

/// <summary>Somebody who is in a channel, however many connections they have there.</summary>
/// <param name="UserName">The name, as it was written when they came. Names are compared without case.</param>
/// <param name="State">How they are there.</param>
/// <param name="Since">Since when they are in this state, by the broker's clock.</param>
public sealed record PresenceMember(string UserName, PresenceState State, DateTimeOffset Since);
