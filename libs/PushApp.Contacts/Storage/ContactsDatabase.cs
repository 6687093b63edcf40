namespace PushApp.Contacts;

/// <summary>Where the contacts are.</summary>
/// <param name="ConnectionString">Checked and with an absolute path.</param>
internal sealed record ContactsDatabase(string ConnectionString);
