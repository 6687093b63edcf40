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
        catch (ArgumentException exception)
        {
            // The parser's message may hold what it did not understand, passwords too.
            throw new ArgumentException($"ConnectionStrings:{ContactsConnectionString.Name} is no list of 'key=value;…'. {Examples}", nameof(connectionString), exception);
        }

        var dialect = ServerKeys.Any(keys.ContainsKey) ? DatabaseDialect.PostgreSql
            : FileKeys.Any(keys.ContainsKey) ? DatabaseDialect.Sqlite
            : throw new ArgumentException($"ConnectionStrings:{ContactsConnectionString.Name} names neither a file nor a server. {Examples}", nameof(connectionString));
        try
        {
            return new ContactsDatabase(dialect, dialect.Resolve(text));
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or KeyNotFoundException)
        {
            throw new ArgumentException($"ConnectionStrings:{ContactsConnectionString.Name} cannot be used: {exception.Message} {Examples}", nameof(connectionString), exception);
        }
    }

    /// <summary>Opens a connection for storing contacts: see <see cref="DatabaseDialect.OpenStoreAsync"/>.</summary>
    public Task<IContactStore> OpenStoreAsync(bool bulk, CancellationToken cancellationToken) => Dialect.OpenStoreAsync(ConnectionString, bulk, cancellationToken);

    /// <summary>Opens an uploaded file.</summary>
    public ImportChunkStream OpenFile(ImportJob job) => new(Dialect.OpenChunks(ConnectionString, job.Number), job);
}
