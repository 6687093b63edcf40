namespace PushApp.Web.Presence;

/// <summary>Whether a user is there.</summary>
/// <param name="User">The name, as it was asked for.</param>
/// <param name="State"><c>online</c>, <c>away</c> or <c>offline</c>.</param>
/// <param name="Since">Since when; null where that is not known, as of somebody who was offline when the watching began.</param>
internal sealed record UserStatus(string User, string State, DateTimeOffset? Since);
