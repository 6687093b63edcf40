namespace PushApp.Contacts;

/// <summary>Reads <c>ConnectionStrings:contacts</c>.</summary>
public static class ContactsConnectionString
{
    /// <summary>The name of the connection string.</summary>
    public const string Name = "contacts";

    /// <summary>The connection string when none is given: a SQLite file in the user's own data folder.</summary>
    public static string Default => $"Data Source={Path.Combine(LocalData, "PushApp", "contacts.db")}";

    // A service without a home directory (a container's user, say) has no such folder; the temporary one always exists.
    private static string LocalData =>
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify) is { Length: > 0 } folder
            ? folder
            : Path.GetTempPath();

    /// <summary>Checks a connection string and completes it: a file's path becomes absolute.</summary>
    /// <param name="connectionString">
    /// A SQLite connection string (<c>Data Source=…</c>) or one of PostgreSQL (<c>Host=…;Database=…</c>); null or empty means <see cref="Default"/>.
    /// </param>
    /// <returns>What to open the database with.</returns>
    /// <exception cref="ArgumentException">It is no connection string that can be opened; the message says what to write.</exception>
    public static string Resolve(string? connectionString) => ContactsDatabase.Parse(connectionString).ConnectionString;
}
