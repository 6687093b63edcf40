using Microsoft.Data.Sqlite;

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

    /// <summary>Checks a connection string and makes its file's path absolute.</summary>
    /// <param name="connectionString">A SQLite connection string (<c>Data Source=…</c>); null or empty means <see cref="Default"/>.</param>
    /// <returns>What to open the database with.</returns>
    /// <exception cref="ArgumentException">It is no connection string that this build can open; the message says what to write.</exception>
    public static string Resolve(string? connectionString) => Parse(connectionString).ToString();

    internal static SqliteConnectionStringBuilder Parse(string? connectionString)
    {
        var text = string.IsNullOrWhiteSpace(connectionString) ? Default : connectionString;
        if (text.TrimStart().StartsWith("Host=", StringComparison.OrdinalIgnoreCase) || text.TrimStart().StartsWith("Server=", StringComparison.OrdinalIgnoreCase))
        {
            throw new ArgumentException(
                $"ConnectionStrings:{Name} names a PostgreSQL server, which this version does not open yet. Give a SQLite file, as in 'Data Source=/var/lib/pushapp/contacts.db', or leave it out for {Default}.",
                nameof(connectionString));
        }

        SqliteConnectionStringBuilder builder;
        try
        {
            builder = new SqliteConnectionStringBuilder(text);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            throw new ArgumentException(
                $"ConnectionStrings:{Name} is no SQLite connection string ({exception.Message}). Write it as in 'Data Source=/var/lib/pushapp/contacts.db'.",
                nameof(connectionString),
                exception);
        }

        if (builder.DataSource.Length == 0 || builder.DataSource == ":memory:" || builder.Mode == SqliteOpenMode.Memory)
        {
            throw new ArgumentException(
                $"ConnectionStrings:{Name} names no file, but web and worker must open the same one. Write it as in 'Data Source=/var/lib/pushapp/contacts.db'.",
                nameof(connectionString));
        }

        builder.DataSource = Path.GetFullPath(builder.DataSource);
        builder.ForeignKeys = true;
        return builder;
    }
}
