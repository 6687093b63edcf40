using System.Data.Common;

namespace PushApp.Contacts;

/// <summary>Where the contacts are.</summary>
/// <param name="Dialect">What is particular about it.</param>
/// <param name="ConnectionString">Checked and completed.</param>
internal sealed record ContactsDatabase(DatabaseDialect Dialect, string ConnectionString)
{
    // A SQLite file by any of its names, a PostgreSQL server by either of its: Microsoft.Data.Sqlite and Npgsql know the same.
    private static readonly string[] FileKeys = ["Data Source", "DataSource", "Filename"];
    private static readonly string[] ServerKeys = ["Host", "Server"];

    private static string Examples =>
        $"Write it as in 'Data Source=/var/lib/pushapp/contacts.db' for a SQLite file, or 'Host=db;Database=pushapp;Username=pushapp;Password=…' for a PostgreSQL server; or leave it out for {ContactsConnectionString.Default}.";

    /// <summary>Reads <c>ConnectionStrings:contacts</c>; null or empty means <see cref="ContactsConnectionString.Default"/>.</summary>
    /// <exception cref="ArgumentException">It cannot be used; the message says what to write.</exception>
    public static ContactsDatabase Parse(string? connectionString)
    {
        var text = string.IsNullOrWhiteSpace(connectionString) ? ContactsConnectionString.Default : connectionString;
        var keys = new DbConnectionStringBuilder();
        try
        {
            keys.ConnectionString = text;
        }
        catch (ArgumentException)
        {
            throw Unusable("is no list of 'key=value;…'.");
        }

        var dialect = ServerKeys.Any(keys.ContainsKey) ? DatabaseDialect.PostgreSql
            : FileKeys.Any(keys.ContainsKey) ? DatabaseDialect.Sqlite
            : throw Unusable("names neither a file nor a server.");
        CheckSettings(dialect.CreateBuilder(), keys);
        try
        {
            return new ContactsDatabase(dialect, dialect.Resolve(text));
        }
        catch (ArgumentException exception)
        {
            throw Unusable($"cannot be used: {exception.Message}");
        }
    }

    /// <summary>How many connections this process may have open at once; null for any number.</summary>
    public int? MaxConnections => Dialect.MaxConnections(ConnectionString);

    /// <summary>
    /// One setting after the other, as the libraries' messages hold what they did not understand: a value, or what is none of their names and may be a part of one, as <c>cret</c> is in
    /// <c>Password=se;cret=1</c>.
    /// </summary>
    private static void CheckSettings(DbConnectionStringBuilder builder, DbConnectionStringBuilder settings)
    {
        foreach (string key in settings.Keys)
        {
            try
            {
                builder[key] = settings[key];
            }
            catch (Exception exception) when (exception is ArgumentException or FormatException or KeyNotFoundException or InvalidCastException or OverflowException)
            {
                throw Unusable(builder.ContainsKey(key)
                    ? $"has a value for '{key}' that cannot be."
                    : "has a setting whose name is not known. It is not shown here, as it may be a part of a password: a value with ';' or '=' in it goes into quotes.");
            }
        }
    }

    private static ArgumentException Unusable(string why) => new($"ConnectionStrings:{ContactsConnectionString.Name} {why} {Examples}");

    /// <summary>Opens a connection for storing contacts: see <see cref="DatabaseDialect.OpenStoreAsync"/>.</summary>
    public Task<IContactStore> OpenStoreAsync(TimeSpan? lease, CancellationToken cancellationToken) => Dialect.OpenStoreAsync(ConnectionString, lease, cancellationToken);

    /// <summary>Opens an uploaded file.</summary>
    public ImportChunkStream OpenFile(ImportJob job) => new(Dialect.OpenChunks(ConnectionString, job.Number), job);
}
