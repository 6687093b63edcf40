namespace PushApp.Contacts;

/// <summary>A user, as contacts and imports know one.</summary>
/// <param name="Id">The id of the account.</param>
/// <param name="Name">The name that others know the user by.</param>
/// <param name="Channel">The channel that the user's events go to.</param>
public sealed record ContactsUser(string Id, string Name, string Channel);
