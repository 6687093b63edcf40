namespace PushApp.Push.Api;

/// <summary>A page of who is in a channel.</summary>
/// <param name="Items">Members, by name.</param>
/// <param name="Total">How many there are on all pages.</param>
internal sealed record PresenceResponse(IReadOnlyList<PresenceResponseItem> Items, int Total);

/// <summary>Somebody who is there.</summary>
/// <param name="UserName">The name.</param>
/// <param name="State"><c>online</c> or <c>away</c>.</param>
/// <param name="Since">Since when they are in this state.</param>
internal sealed record PresenceResponseItem(string UserName, string State, DateTime Since);
