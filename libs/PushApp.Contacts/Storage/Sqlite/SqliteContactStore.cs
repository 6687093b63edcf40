using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace PushApp.Contacts;

/// <summary>
/// The hot path of storing contacts on SQLite: prepared statements on one connection, beside EF Core. Reading and matching need no lock; the write transaction
/// holds nothing but inserts and updates, since on SQLite it keeps every other writer of the app waiting. Not thread-safe.
/// </summary>
internal sealed class SqliteContactStore : IDisposable
{
    private const string Columns =
        "Name, GivenName, FamilyName, Nickname, Company, Department, JobTitle, Birthday, Note, Emails, Phones, Addresses, Urls";

    // How often somebody looks whether the import was cancelled: some milliseconds.
    private const int DraftsBetweenLooks = 256;

    private readonly SearchText _searchText = new();
    private readonly ArrayBufferWriter<byte> _json = new(1024);
    private readonly Utf8JsonWriter _jsonWriter;
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

    /// <summary>Opens a connection of its own.</summary>
    /// <param name="connectionString">The database.</param>
    /// <param name="bulk">For many writes that need not be safe one by one: see <see cref="SqliteSetUp.ApplyForBulk"/>.</param>
    public SqliteContactStore(string connectionString, bool bulk)
    {
        _jsonWriter = new Utf8JsonWriter(_json);
        Connection = SqliteSetUp.Open(connectionString, bulk);
        _statements = new SqliteStatements(Connection);
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
    }

    public SqliteConnection Connection { get; }

    /// <summary>The number of a user's book, which is made when there is none.</summary>
    public long GetBook(string owner)
    {
        if (_findBook.Set(1, owner).ReadInt64() is { } id)
        {
            return id;
        }

        _createBook.Set(1, owner).Execute();
        return _findBook.ReadInt64()!.Value;
    }

    /// <summary>Reads what the records concern and merges them in memory. Writes nothing.</summary>
    /// <param name="bookId">Whose contacts they become.</param>
    /// <param name="jobNumber">The job, whose first values win; null outside of jobs, where what is stored wins.</param>
    /// <param name="drafts">The records.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    public ContactBatch Match(long bookId, long? jobNumber, IReadOnlyList<ContactDraft> drafts, CancellationToken cancellationToken)
    {
        // One snapshot: version, keys and contacts belong together.
        using var snapshot = Connection.BeginTransaction(deferred: true);
        var batch = new ContactBatch { BookId = bookId, BookVersion = _getVersion.Set(1, bookId).ReadInt64()!.Value };
        var owners = FindOwners(bookId, drafts, cancellationToken);
        var stored = new Dictionary<long, ContactState?>();
        foreach (var draft in drafts)
        {
            if (batch.Results.Count % DraftsBetweenLooks == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            var keys = draft.Keys;
            ContactState? contact = null;
            var isKeyMissing = false;
            foreach (var key in keys.Lookup)
            {
                if (owners.TryGetValue(key, out var id))
                {
                    ref var slot = ref CollectionsMarshal.GetValueRefOrAddDefault(stored, id, out var isKnown);
                    if (!isKnown)
                    {
                        slot = Load(bookId, jobNumber, id);
                        if (slot is not null)
                        {
                            batch.Contacts.Add(slot);
                        }
                    }

                    contact = slot;
                }
                else
                {
                    batch.Keys.TryGetValue(key, out contact);
                }

                if (contact is not null)
                {
                    break;
                }

                isKeyMissing = true;
            }

            var isNew = contact is null;
            if (contact is null)
            {
                contact = new ContactState { IsNew = true };
                batch.Contacts.Add(contact);
            }

            var isChanged = ContactMerger.Merge(contact, draft, jobNumber is null ? ContactMerger.Rule.StoredWins : ContactMerger.Rule.FirstOfJobWins);
            batch.Count(isNew, isChanged);
            batch.Results.Add(contact);
            if (isNew || isChanged || isKeyMissing)
            {
                foreach (var key in keys.Ownership)
                {
                    if (!owners.ContainsKey(key))
                    {
                        batch.Keys.TryAdd(key, contact);
                    }
                }
            }
        }

        snapshot.Commit();
        return batch;
    }

    /// <summary>Writes what <see cref="Match"/> found. To be called within an immediate transaction of <see cref="Connection"/>.</summary>
    /// <returns>False, with nothing written, when the book was written to since: match again.</returns>
    public bool TryWrite(ContactBatch batch, long? jobNumber, DateTimeOffset now)
    {
        if (_bumpVersion.Set(1, batch.BookId).Set(2, batch.BookVersion).Execute() == 0)
        {
            return false;
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

        return true;
    }

    public void Dispose()
    {
        _statements.Dispose();
        Connection.Dispose();
        _jsonWriter.Dispose();
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
            .Set(next++, Normalized.Fold(displayName))
            .SetText(next++, searchText)
            .Set(next++, now.ToUnixTimeMilliseconds())
            .Set(next++, contact.Id)
            .Set(next, bookId)
            .Execute();

        if (!searchText.SequenceEqual(contact.StoredSearchText))
        {
            var row = ContactList.SearchRow(bookId, contact.Id);
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

    private Dictionary<long, long> FindOwners(long bookId, IReadOnlyList<ContactDraft> drafts, CancellationToken cancellationToken)
    {
        var all = new HashSet<long>(drafts.Count * 2);
        foreach (var draft in drafts)
        {
            all.UnionWith(draft.Keys.Lookup);
        }

        // In order, so that neighbours in the index are read together.
        var sorted = all.ToArray();
        Array.Sort(sorted);
        var owners = new Dictionary<long, long>(sorted.Length);
        _findKey.Set(1, bookId);
        for (var i = 0; i < sorted.Length; i++)
        {
            if (i % DraftsBetweenLooks == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            var key = sorted[i];
            if (_findKey.Set(2, key).ReadInt64() is { } id)
            {
                owners.Add(key, id);
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
