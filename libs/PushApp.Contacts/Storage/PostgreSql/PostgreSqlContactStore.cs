using System.Data.Common;
using System.Globalization;
using Npgsql;
using NpgsqlTypes;

namespace PushApp.Contacts;

/// <summary>
/// Stores contacts on PostgreSQL: a batch's new contacts by a binary COPY into the table, its changed ones by one into a temporary table and an UPDATE from there, keys and touches as arrays.
/// The write transaction locks the book, so that of several writers one at a time goes on; those of other books do not wait.
/// </summary>
internal sealed partial class PostgreSqlContactStore : IContactStore
{
    private const string Columns =
        """
        "Name", "GivenName", "FamilyName", "Nickname", "Company", "Department", "JobTitle", "Birthday", "Note", "Emails", "Phones", "Addresses", "Urls"
        """;

    private const string CopyColumns = $"""{Columns}, "DisplayName", "SortName", "SearchText", "Id", "BookId", "CreatedAt", "UpdatedAt" """;

    // Stays empty between transactions. Ends with the connection's use: the pool discards it.
    private const string CreateChangedSql = """CREATE TEMPORARY TABLE IF NOT EXISTS "ChangedContacts" (LIKE "Contacts") ON COMMIT DELETE ROWS""";

    private const string UpdateChangedSql =
        """
        UPDATE "Contacts" AS c SET "Name" = n."Name", "GivenName" = n."GivenName", "FamilyName" = n."FamilyName", "Nickname" = n."Nickname", "Company" = n."Company",
            "Department" = n."Department", "JobTitle" = n."JobTitle", "Birthday" = n."Birthday", "Note" = n."Note", "Emails" = n."Emails", "Phones" = n."Phones", "Addresses" = n."Addresses",
            "Urls" = n."Urls", "DisplayName" = n."DisplayName", "SortName" = n."SortName", "SearchText" = n."SearchText", "UpdatedAt" = n."UpdatedAt"
        FROM "ChangedContacts" AS n WHERE c."Id" = n."Id" AND c."BookId" = n."BookId"
        """;

    // In order, the last batch of a job is made safe by the commit that ends it: another connection's, which waits until all before it is on disk.
    // random_page_cost: the tables' own pages are mostly in memory while they are written; with the default for spinning disks an UPDATE of some thousand contacts reads the whole table.
    // The time-outs: a worker that is frozen inside of a transaction must not keep a job or a book for long after its lease is over: the server ends its session. Its other end, a COPY that gets no data, is a
    // long statement. One that works as long may: whether its lease is over, ImportStore looks before it commits.
    private static string BulkSettings(TimeSpan lease)
    {
        var silence = (long)Math.Max(MinSilence.TotalMilliseconds, lease.TotalMilliseconds * MaxSilence);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"SET synchronous_commit = off; SET random_page_cost = 1.1; SET statement_timeout = {silence}; SET idle_in_transaction_session_timeout = {silence}");
    }

    // Of a lease; and what a server that is busy may need for a statement, however short the lease.
    private const double MaxSilence = 1.5;
    private static readonly TimeSpan MinSilence = TimeSpan.FromSeconds(5);

    private readonly SearchText _searchText = new();
    private readonly NpgsqlConnection _connection;

    private PostgreSqlContactStore(NpgsqlConnection connection) => _connection = connection;

    public DbConnection Connection => _connection;

    /// <summary>Opens a connection of its own; see <see cref="DatabaseDialect.OpenStoreAsync"/>.</summary>
    public static async Task<PostgreSqlContactStore> OpenAsync(string connectionString, TimeSpan? lease, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(connectionString);
        try
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            if (lease is { } kept)
            {
                await using var command = new NpgsqlCommand(BulkSettings(kept), connection);
                await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            }

            return new PostgreSqlContactStore(connection);
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async Task<long> GetBookAsync(string owner, CancellationToken cancellationToken)
    {
        await ExecuteAsync("""INSERT INTO "AddressBooks" ("Owner", "Version") VALUES ($1, 0) ON CONFLICT ("Owner") DO NOTHING""", [new() { Value = owner }], cancellationToken)
            .ConfigureAwait(false);
        await using var find = Command("""SELECT "Id" FROM "AddressBooks" WHERE "Owner" = $1""", [new() { Value = owner }]);
        return (long)(await find.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    public async Task<ContactBatch> MatchAsync(long bookId, long? jobNumber, IReadOnlyList<ContactDraft> drafts, CancellationToken cancellationToken)
    {
        // No snapshot: the version is read first, so whatever is written to the book while the rest is read makes the write find another version.
        var batch = new ContactBatch { BookId = bookId, BookVersion = await GetVersionAsync(bookId, cancellationToken).ConfigureAwait(false) };
        var owners = await FindOwnersAsync(bookId, ContactMatcher.LookupKeys(drafts), cancellationToken).ConfigureAwait(false);
        var stored = await LoadAsync(bookId, jobNumber, [.. owners.Values.Distinct()], cancellationToken).ConfigureAwait(false);
        ContactMatcher.Match(batch, ContactMerger.RuleOf(jobNumber), drafts, owners, stored.GetValueOrDefault, cancellationToken);
        return batch;
    }

    public async Task<DbTransaction> BeginAsync(CancellationToken cancellationToken) => await _connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);

    public async Task<bool> TryWriteAsync(ContactBatch batch, long? jobNumber, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Locks the book until the commit; whoever wrote to it meanwhile has moved the version on.
        if (await ExecuteAsync(
            """UPDATE "AddressBooks" SET "Version" = "Version" + 1 WHERE "Id" = $1 AND "Version" = $2""",
            [new() { Value = batch.BookId }, new() { Value = batch.BookVersion }],
            cancellationToken).ConfigureAwait(false) == 0)
        {
            return false;
        }

        var added = batch.Contacts.Where(contact => contact.IsNew).ToList();
        if (added.Count > 0)
        {
            await SetIdsAsync(added, cancellationToken).ConfigureAwait(false);
            await CopyAsync("Contacts", batch.BookId, added, now, cancellationToken).ConfigureAwait(false);
        }

        var changed = batch.Contacts.Where(contact => contact is { IsNew: false, IsChanged: true }).ToList();
        if (changed.Count > 0)
        {
            await ExecuteAsync(CreateChangedSql, [], cancellationToken).ConfigureAwait(false);
            await CopyAsync("ChangedContacts", batch.BookId, changed, now, cancellationToken).ConfigureAwait(false);
            await ExecuteAsync(UpdateChangedSql, [], cancellationToken).ConfigureAwait(false);
        }

        var keys = batch.OrderKeys();
        if (keys.Length > 0)
        {
            await ExecuteAsync(
                """INSERT INTO "ContactKeys" ("BookId", "Key", "ContactId") SELECT $1, k, c FROM unnest($2, $3) AS new (k, c) ON CONFLICT ("BookId", "Key") DO NOTHING""",
                [new() { Value = batch.BookId }, new() { Value = keys.Select(key => key.Key).ToArray() }, new() { Value = keys.Select(key => key.Contact.Id).ToArray() }],
                cancellationToken).ConfigureAwait(false);
        }

        if (jobNumber is { } number)
        {
            await TouchAsync(number, [.. batch.Contacts.Where(contact => contact.IsTouchedChanged)], cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private async Task<long> GetVersionAsync(long bookId, CancellationToken cancellationToken)
    {
        await using var command = Command("""SELECT "Version" FROM "AddressBooks" WHERE "Id" = $1""", [new() { Value = bookId }]);
        return (long)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    private async Task<Dictionary<long, long>> FindOwnersAsync(long bookId, long[] keys, CancellationToken cancellationToken)
    {
        var owners = new Dictionary<long, long>(keys.Length);
        await using var command = Command(
            """SELECT "Key", "ContactId" FROM "ContactKeys" WHERE "BookId" = $1 AND "Key" = ANY ($2)""", [new() { Value = bookId }, new() { Value = keys }]);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            owners.Add(reader.GetInt64(0), reader.GetInt64(1));
        }

        return owners;
    }

    private async Task<Dictionary<long, ContactState>> LoadAsync(long bookId, long? jobNumber, long[] ids, CancellationToken cancellationToken)
    {
        var contacts = new Dictionary<long, ContactState>(ids.Length);
        if (ids.Length == 0)
        {
            return contacts;
        }

        await using var command = Command(
            $"""SELECT {Columns}, "SearchText", "Id" FROM "Contacts" WHERE "Id" = ANY ($1) AND "BookId" = $2""", [new() { Value = ids }, new() { Value = bookId }]);
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
        {
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                var contact = Read(reader);
                contacts.Add(contact.Id, contact);
            }
        }

        if (jobNumber is { } number)
        {
            await LoadTouchesAsync(number, ids, contacts, cancellationToken).ConfigureAwait(false);
        }

        return contacts;
    }

    private static ContactState Read(NpgsqlDataReader row)
    {
        var fields = new string?[ContactDraft.FieldCount];
        for (var i = 0; i < fields.Length; i++)
        {
            fields[i] = row.IsDBNull(i) ? null : row.GetString(i);
        }

        var next = fields.Length;
        return new ContactState
        {
            Fields = fields,
            Emails = [.. LabeledValuesJson.Read(row.GetString(next++))],
            Phones = [.. LabeledValuesJson.Read(row.GetString(next++))],
            Addresses = [.. LabeledValuesJson.Read(row.GetString(next++))],
            Urls = [.. LabeledValuesJson.Read(row.GetString(next++))],
            StoredSearchText = row.GetString(next++),
            Id = row.GetInt64(next),
        };
    }

    private async Task LoadTouchesAsync(long jobNumber, long[] ids, Dictionary<long, ContactState> contacts, CancellationToken cancellationToken)
    {
        await using var command = Command(
            """SELECT "ContactId", "Fields" FROM "ImportTouches" WHERE "JobNumber" = $1 AND "ContactId" = ANY ($2)""", [new() { Value = jobNumber }, new() { Value = ids }]);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (contacts.TryGetValue(reader.GetInt64(0), out var contact))
            {
                contact.Touched = reader.GetInt64(1);
            }
        }
    }

    private async Task SetIdsAsync(List<ContactState> added, CancellationToken cancellationToken)
    {
        await using var command = Command($"""SELECT nextval('"{PostgreSqlDialect.ContactIds}"') FROM generate_series(1, $1)""", [new() { Value = added.Count }]);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        foreach (var contact in added)
        {
            await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            contact.Id = reader.GetInt64(0);
        }
    }

    private async Task CopyAsync(string table, long bookId, List<ContactState> contacts, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var time = now.ToUnixTimeMilliseconds();
        await using var copy = await _connection.BeginBinaryImportAsync($"""COPY "{table}" ({CopyColumns}) FROM STDIN (FORMAT BINARY)""", cancellationToken).ConfigureAwait(false);
        foreach (var contact in contacts)
        {
            await copy.StartRowAsync(cancellationToken).ConfigureAwait(false);
            foreach (var field in contact.Fields)
            {
                await WriteAsync(field).ConfigureAwait(false);
            }

            await WriteAsync(LabeledValuesJson.Write(contact.Emails)).ConfigureAwait(false);
            await WriteAsync(LabeledValuesJson.Write(contact.Phones)).ConfigureAwait(false);
            await WriteAsync(LabeledValuesJson.Write(contact.Addresses)).ConfigureAwait(false);
            await WriteAsync(LabeledValuesJson.Write(contact.Urls)).ConfigureAwait(false);
            var displayName = contact.DisplayName;
            await WriteAsync(displayName).ConfigureAwait(false);
            await WriteAsync(Normalized.SortName(displayName)).ConfigureAwait(false);
            await WriteAsync(_searchText.Of(contact).ToString()).ConfigureAwait(false);
            foreach (var number in (long[])[contact.Id, bookId, time, time])
            {
                await copy.WriteAsync(number, NpgsqlDbType.Bigint, cancellationToken).ConfigureAwait(false);
            }
        }

        await copy.CompleteAsync(cancellationToken).ConfigureAwait(false);

        Task WriteAsync(string? text) =>
            text is null ? copy.WriteNullAsync(cancellationToken) : copy.WriteAsync(PostgreSqlText.Clean(text), NpgsqlDbType.Text, cancellationToken);
    }

    private async Task TouchAsync(long jobNumber, List<ContactState> touched, CancellationToken cancellationToken)
    {
        if (touched.Count > 0)
        {
            await ExecuteAsync(
                """
                INSERT INTO "ImportTouches" ("JobNumber", "ContactId", "Fields") SELECT $1, c, f FROM unnest($2, $3) AS new (c, f)
                ON CONFLICT ("JobNumber", "ContactId") DO UPDATE SET "Fields" = excluded."Fields"
                """,
                [new() { Value = jobNumber }, new() { Value = touched.Select(contact => contact.Id).ToArray() }, new() { Value = touched.Select(contact => contact.Touched).ToArray() }],
                cancellationToken).ConfigureAwait(false);
        }
    }

    private NpgsqlCommand Command(string sql, NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlCommand(sql, _connection);
        command.Parameters.AddRange(parameters);
        return command;
    }

    private async Task<int> ExecuteAsync(string sql, NpgsqlParameter[] parameters, CancellationToken cancellationToken)
    {
        await using var command = Command(sql, parameters);
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
