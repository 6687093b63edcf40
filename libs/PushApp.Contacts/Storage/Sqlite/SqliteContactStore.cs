using System.Buffers;
using System.Data.Common;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace PushApp.Contacts;

/// <summary>Stores contacts on SQLite by prepared statements. The write transaction holds nothing but inserts and updates, since it keeps every other writer of the app waiting.</summary>
internal sealed partial class SqliteContactStore : IContactStore
{
    private const string Columns =
        "Name, GivenName, FamilyName, Nickname, Company, Department, JobTitle, Birthday, Note, Emails, Phones, Addresses, Urls";

    // How often somebody looks whether the import was cancelled: some milliseconds.
    private const int KeysBetweenLooks = 256;

    private readonly SearchText _searchText = new();
    private readonly ArrayBufferWriter<byte> _json = new(1024);
    private readonly Utf8JsonWriter _jsonWriter;
    private readonly SqliteConnection _connection;
    private readonly SqliteStatements _statements;
    private readonly SqliteStatement _findBook;
    private readonly SqliteStatement _createBook;
    private readonly SqliteStatement _getVersion;
    private readonly SqliteStatement _bumpVersion;
    private readonly SqliteStatement _findKey;
    private readonly SqliteStatement _insertKey;
    private readonly SqliteStatement _getContact;
    private readonly SqliteStatement _getLastId;
    private readonly SqliteStatement _insertContact;
    private readonly SqliteStatement _updateContact;
    private readonly SqliteStatement _insertSearch;
    private readonly SqliteStatement _deleteSearch;
    private readonly SqliteStatement _getTouch;
    private readonly SqliteStatement _setTouch;
    private readonly SqliteStatement _advance;
    private readonly SqliteStatement _reject;

    /// <summary>Opens a connection of its own.</summary>
    /// <param name="connectionString">The database.</param>
    /// <param name="bulk">For many writes that need not be safe one by one: see <see cref="SqliteSetUp.ApplyForBulk"/>.</param>
    public SqliteContactStore(string connectionString, bool bulk)
    {
        _jsonWriter = new Utf8JsonWriter(_json);
        _connection = SqliteSetUp.Open(connectionString, bulk);
        _statements = new SqliteStatements(_connection);
        _findBook = _statements.Prepare("SELECT Id FROM AddressBooks WHERE Owner = ?1");
        _createBook = _statements.Prepare("INSERT INTO AddressBooks (Owner, Version) VALUES (?1, 0) ON CONFLICT (Owner) DO NOTHING");
        _getVersion = _statements.Prepare("SELECT Version FROM AddressBooks WHERE Id = ?1");
        _bumpVersion = _statements.Prepare("UPDATE AddressBooks SET Version = Version + 1 WHERE Id = ?1 AND Version = ?2");
        _findKey = _statements.Prepare("SELECT ContactId FROM ContactKeys WHERE BookId = ?1 AND Key = ?2");
        _insertKey = _statements.Prepare("INSERT OR IGNORE INTO ContactKeys (BookId, Key, ContactId) VALUES (?1, ?2, ?3)");
        _getContact = _statements.Prepare($"SELECT {Columns}, SearchText FROM Contacts WHERE Id = ?1 AND BookId = ?2");
        _getLastId = _statements.Prepare("SELECT ifnull(max(Id), 0) FROM Contacts");
        _insertContact = _statements.Prepare(
            $"""
            INSERT INTO Contacts ({Columns}, DisplayName, SortName, SearchText, UpdatedAt, Id, BookId, CreatedAt)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?17)
            """);
        _updateContact = _statements.Prepare(
            """
            UPDATE Contacts SET Name = ?1, GivenName = ?2, FamilyName = ?3, Nickname = ?4, Company = ?5, Department = ?6, JobTitle = ?7, Birthday = ?8,
                Note = ?9, Emails = ?10, Phones = ?11, Addresses = ?12, Urls = ?13, DisplayName = ?14, SortName = ?15, SearchText = ?16, UpdatedAt = ?17
            WHERE Id = ?18 AND BookId = ?19
            """);
        _insertSearch = _statements.Prepare("INSERT INTO ContactSearch (rowid, Text) VALUES (?1, ?2)");
        _deleteSearch = _statements.Prepare("DELETE FROM ContactSearch WHERE rowid = ?1");
        _getTouch = _statements.Prepare("SELECT Fields FROM ImportTouches WHERE JobNumber = ?1 AND ContactId = ?2");
        _setTouch = _statements.Prepare("INSERT OR REPLACE INTO ImportTouches (JobNumber, ContactId, Fields) VALUES (?1, ?2, ?3)");
        _advance = _statements.Prepare(AdvanceSql);
        _reject = _statements.Prepare(RejectSql);
    }

    DbConnection IContactStore.Connection => _connection;

    public Task<long> GetBookAsync(string owner, CancellationToken cancellationToken)
    {
        if (_findBook.Set(1, owner).ReadInt64() is { } id)
        {
            return Task.FromResult(id);
        }

        _createBook.Set(1, owner).Execute();
        return Task.FromResult(_findBook.ReadInt64()!.Value);
    }

    public Task<ContactBatch> MatchAsync(long bookId, long? jobNumber, IReadOnlyList<ContactDraft> drafts, CancellationToken cancellationToken)
    {
        // One snapshot: version, keys and contacts belong together.
        using var snapshot = _connection.BeginTransaction(deferred: true);
        var batch = new ContactBatch { BookId = bookId, BookVersion = _getVersion.Set(1, bookId).ReadInt64()!.Value };
        var owners = FindOwners(bookId, ContactMatcher.LookupKeys(drafts), cancellationToken);
        ContactMatcher.Match(batch, ContactMerger.RuleOf(jobNumber), drafts, owners, id => Load(bookId, jobNumber, id), cancellationToken);
        snapshot.Commit();
        return Task.FromResult(batch);
    }

    // Immediate: the write lock is waited for here, and nothing is read before it is held.
    public Task<DbTransaction> BeginAsync(CancellationToken cancellationToken) => Task.FromResult<DbTransaction>(_connection.BeginTransaction(deferred: false));

    public Task<bool> TryWriteAsync(ContactBatch batch, long? jobNumber, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (_bumpVersion.Set(1, batch.BookId).Set(2, batch.BookVersion).Execute() == 0)
        {
            return Task.FromResult(false);
        }

        // Nobody else writes until this commits, so the next numbers are free.
        var lastId = _getLastId.ReadInt64()!.Value;

        // In the order of their numbers: the search index begins a new segment wherever they fall.
        foreach (var contact in batch.Contacts.OrderBy(contact => contact.IsNew ? long.MaxValue : contact.Id))
        {
            if (contact.IsNew)
            {
                contact.Id = ++lastId;
                Write(_insertContact, batch.BookId, contact, now);
            }
            else if (contact.IsChanged)
            {
                Write(_updateContact, batch.BookId, contact, now);
            }

            if (jobNumber is { } number && contact.IsTouchedChanged)
            {
                _setTouch.Set(1, number).Set(2, contact.Id).Set(3, contact.Touched).Execute();
            }
        }

        _insertKey.Set(1, batch.BookId);
        foreach (var (key, contact) in batch.OrderKeys())
        {
            _insertKey.Set(2, key).Set(3, contact.Id).Execute();
        }

        return Task.FromResult(true);
    }

    public ValueTask DisposeAsync()
    {
        _statements.Dispose();
        _connection.Dispose();
        _jsonWriter.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Write(SqliteStatement statement, long bookId, ContactState contact, DateTimeOffset now)
    {
        var next = 1;
        foreach (var field in contact.Fields)
        {
            statement.Set(next++, field);
        }

        var displayName = contact.DisplayName;
        var searchText = _searchText.Of(contact);
        SetValues(statement, next++, contact.Emails);
        SetValues(statement, next++, contact.Phones);
        SetValues(statement, next++, contact.Addresses);
        SetValues(statement, next++, contact.Urls);
        statement
            .Set(next++, displayName)
            .Set(next++, Normalized.SortName(displayName))
            .SetText(next++, searchText)
            .Set(next++, now.ToUnixTimeMilliseconds())
            .Set(next++, contact.Id)
            .Set(next, bookId)
            .Execute();

        if (!searchText.SequenceEqual(contact.StoredSearchText))
        {
            var row = SqliteContactList.SearchRow(bookId, contact.Id);
            if (contact.StoredSearchText is not null)
            {
                _deleteSearch.Set(1, row).Execute();
            }

            _insertSearch.Set(1, row).SetText(2, searchText).Execute();
        }
    }

    private void SetValues(SqliteStatement statement, int index, List<LabeledValue> values)
    {
        _json.ResetWrittenCount();
        _jsonWriter.Reset();
        LabeledValuesJson.Write(_jsonWriter, values);
        _jsonWriter.Flush();
        statement.SetUtf8(index, _json.WrittenSpan);
    }

    private Dictionary<long, long> FindOwners(long bookId, long[] keys, CancellationToken cancellationToken)
    {
        var owners = new Dictionary<long, long>(keys.Length);
        _findKey.Set(1, bookId);
        for (var i = 0; i < keys.Length; i++)
        {
            if (i % KeysBetweenLooks == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            if (_findKey.Set(2, keys[i]).ReadInt64() is { } id)
            {
                owners.Add(keys[i], id);
            }
        }

        return owners;
    }

    private ContactState? Load(long bookId, long? jobNumber, long id)
    {
        if (_getContact.Set(1, id).Set(2, bookId).ReadTexts() is not { } row)
        {
            return null;
        }

        var next = ContactDraft.FieldCount;
        var contact = new ContactState
        {
            Id = id,
            Fields = row[..ContactDraft.FieldCount],
            Emails = [.. LabeledValuesJson.Read(row[next++]!)],
            Phones = [.. LabeledValuesJson.Read(row[next++]!)],
            Addresses = [.. LabeledValuesJson.Read(row[next++]!)],
            Urls = [.. LabeledValuesJson.Read(row[next++]!)],
            StoredSearchText = row[next],
        };
        if (jobNumber is { } number && _getTouch.Set(1, number).Set(2, id).ReadInt64() is { } fields)
        {
            contact.Touched = fields;
        }

        return contact;
    }
}
