using System.Runtime.InteropServices;
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

    private static readonly SqliteType[] ColumnTypes = [.. Enumerable.Repeat(SqliteType.Text, ContactDraft.FieldCount + 4)];

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
    private readonly SqliteStatement _getTouch;
    private readonly SqliteStatement _setTouch;

    private readonly List<long> _keys = [];

    public SqliteContactStore(string connectionString)
    {
        Connection = new SqliteConnection(connectionString);
        Connection.Open();
        SqliteSetUp.Apply(Connection);
        SqliteSetUp.EnlargeCache(Connection);
        _statements = new SqliteStatements(Connection);
        _findBook = _statements.Prepare("SELECT Id FROM AddressBooks WHERE Owner = @0", SqliteType.Text);
        _createBook = _statements.Prepare("INSERT INTO AddressBooks (Owner, Version) VALUES (@0, 0) ON CONFLICT (Owner) DO NOTHING", SqliteType.Text);
        _getVersion = _statements.Prepare("SELECT Version FROM AddressBooks WHERE Id = @0", SqliteType.Integer);
        _bumpVersion = _statements.Prepare(
            "UPDATE AddressBooks SET Version = Version + 1 WHERE Id = @0 AND Version = @1", SqliteType.Integer, SqliteType.Integer);
        _findKey = _statements.Prepare("SELECT ContactId FROM ContactKeys WHERE BookId = @0 AND Key = @1", SqliteType.Integer, SqliteType.Integer);
        _insertKey = _statements.Prepare(
            "INSERT OR IGNORE INTO ContactKeys (BookId, Key, ContactId) VALUES (@0, @1, @2)", SqliteType.Integer, SqliteType.Integer, SqliteType.Integer);
        _getContact = _statements.Prepare($"SELECT {Columns} FROM Contacts WHERE Id = @0 AND BookId = @1", SqliteType.Integer, SqliteType.Integer);
        _getLastId = _statements.Prepare("SELECT ifnull(max(Id), 0) FROM Contacts");
        _insertContact = _statements.Prepare(
            $"""
            INSERT INTO Contacts ({Columns}, DisplayName, SortName, SearchText, UpdatedAt, Id, BookId, CreatedAt)
            VALUES (@0, @1, @2, @3, @4, @5, @6, @7, @8, @9, @10, @11, @12, @13, @14, @15, @16, @17, @18, @16)
            """,
            [.. ColumnTypes, SqliteType.Text, SqliteType.Text, SqliteType.Text, SqliteType.Integer, SqliteType.Integer, SqliteType.Integer]);
        _updateContact = _statements.Prepare(
            """
            UPDATE Contacts SET Name = @0, GivenName = @1, FamilyName = @2, Nickname = @3, Company = @4, Department = @5, JobTitle = @6, Birthday = @7,
                Note = @8, Emails = @9, Phones = @10, Addresses = @11, Urls = @12, DisplayName = @13, SortName = @14, SearchText = @15, UpdatedAt = @16
            WHERE Id = @17 AND BookId = @18
            """,
            [.. ColumnTypes, SqliteType.Text, SqliteType.Text, SqliteType.Text, SqliteType.Integer, SqliteType.Integer, SqliteType.Integer]);
        _getTouch = _statements.Prepare("SELECT Fields FROM ImportTouches WHERE JobNumber = @0 AND ContactId = @1", SqliteType.Integer, SqliteType.Integer);
        _setTouch = _statements.Prepare(
            "INSERT OR REPLACE INTO ImportTouches (JobNumber, ContactId, Fields) VALUES (@0, @1, @2)", SqliteType.Integer, SqliteType.Integer, SqliteType.Integer);
    }

    public SqliteConnection Connection { get; }

    /// <summary>The number of a user's book, which is made when there is none.</summary>
    public long GetBook(string owner)
    {
        if (_findBook.In(null).Set(0, owner).Scalar() is long id)
        {
            return id;
        }

        _createBook.In(null).Set(0, owner).Execute();
        return (long)_findBook.Scalar()!;
    }

    /// <summary>Reads what the records concern and merges them in memory. Writes nothing.</summary>
    /// <param name="bookId">Whose contacts they become.</param>
    /// <param name="jobNumber">The job, whose first values win; null outside of jobs, where what is stored wins.</param>
    /// <param name="drafts">The records.</param>
    public ContactBatch Match(long bookId, long? jobNumber, IReadOnlyList<ContactDraft> drafts)
    {
        // One snapshot: version, keys and contacts belong together.
        using var snapshot = Connection.BeginTransaction(deferred: true);
        var batch = new ContactBatch { BookId = bookId, BookVersion = (long)_getVersion.In(snapshot).Set(0, bookId).Scalar()! };
        var owners = FindOwners(snapshot, bookId, drafts);
        var stored = new Dictionary<long, ContactState?>();
        foreach (var draft in drafts)
        {
            IdentityKeys.ForLookup(draft, _keys);
            ContactState? contact = null;
            var isKeyMissing = false;
            foreach (var key in _keys)
            {
                if (owners.TryGetValue(key, out var id))
                {
                    ref var slot = ref CollectionsMarshal.GetValueRefOrAddDefault(stored, id, out var isKnown);
                    if (!isKnown)
                    {
                        slot = Load(snapshot, bookId, jobNumber, id);
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
                IdentityKeys.ForOwnership(draft, _keys);
                foreach (var key in _keys)
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

    /// <summary>Writes what <see cref="Match"/> found.</summary>
    /// <returns>False, with nothing written, when the book was written to since: match again.</returns>
    public bool TryWrite(SqliteTransaction transaction, ContactBatch batch, long? jobNumber, DateTimeOffset now)
    {
        if (_bumpVersion.In(transaction).Set(0, batch.BookId).Set(1, batch.BookVersion).Execute() == 0)
        {
            return false;
        }

        // Nobody else writes until this commits, so the next numbers are free.
        var lastId = (long)_getLastId.In(transaction).Scalar()!;
        _insertContact.In(transaction);
        _updateContact.In(transaction);
        _setTouch.In(transaction);
        foreach (var contact in batch.Contacts)
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
                _setTouch.Set(0, number).Set(1, contact.Id).Set(2, contact.Touched).Execute();
            }
        }

        // In order, so that neighbours in the index are written together.
        var keys = new (long Key, ContactState Contact)[batch.Keys.Count];
        var at = 0;
        foreach (var (key, contact) in batch.Keys)
        {
            keys[at++] = (key, contact);
        }

        Array.Sort(keys, static (left, right) => left.Key.CompareTo(right.Key));
        _insertKey.In(transaction).Set(0, batch.BookId);
        foreach (var (key, contact) in keys)
        {
            _insertKey.Set(1, key).Set(2, contact.Id).Execute();
        }

        return true;
    }

    public void Dispose()
    {
        _statements.Dispose();
        Connection.Dispose();
    }

    private static void Write(SqliteStatement statement, long bookId, ContactState contact, DateTimeOffset now)
    {
        for (var i = 0; i < ContactDraft.FieldCount; i++)
        {
            statement.Set(i, contact.Fields[i]);
        }

        var next = ContactDraft.FieldCount;
        var displayName = contact.DisplayName;
        statement
            .Set(next++, LabeledValuesJson.Write(contact.Emails))
            .Set(next++, LabeledValuesJson.Write(contact.Phones))
            .Set(next++, LabeledValuesJson.Write(contact.Addresses))
            .Set(next++, LabeledValuesJson.Write(contact.Urls))
            .Set(next++, displayName)
            .Set(next++, displayName.ToLowerInvariant())
            .Set(next++, contact.SearchText())
            .Set(next++, now.ToUnixTimeMilliseconds())
            .Set(next++, contact.Id)
            .Set(next, bookId)
            .Execute();
    }

    private Dictionary<long, long> FindOwners(SqliteTransaction snapshot, long bookId, IReadOnlyList<ContactDraft> drafts)
    {
        var all = new HashSet<long>();
        foreach (var draft in drafts)
        {
            IdentityKeys.ForLookup(draft, _keys);
            all.UnionWith(_keys);
        }

        var sorted = all.ToArray();
        Array.Sort(sorted);
        var owners = new Dictionary<long, long>(sorted.Length);
        _findKey.In(snapshot).Set(0, bookId);
        foreach (var key in sorted)
        {
            if (_findKey.Set(1, key).Scalar() is long id)
            {
                owners.Add(key, id);
            }
        }

        return owners;
    }

    private ContactState? Load(SqliteTransaction snapshot, long bookId, long? jobNumber, long id)
    {
        ContactState contact;
        using (var reader = _getContact.In(snapshot).Set(0, id).Set(1, bookId).Query())
        {
            if (!reader.Read())
            {
                return null;
            }

            var next = ContactDraft.FieldCount;
            contact = new ContactState
            {
                Id = id,
                Emails = [.. LabeledValuesJson.Read(reader.GetString(next++))],
                Phones = [.. LabeledValuesJson.Read(reader.GetString(next++))],
                Addresses = [.. LabeledValuesJson.Read(reader.GetString(next++))],
                Urls = [.. LabeledValuesJson.Read(reader.GetString(next))],
            };
            for (var i = 0; i < ContactDraft.FieldCount; i++)
            {
                contact.Fields[i] = reader.IsDBNull(i) ? null : reader.GetString(i);
            }
        }

        if (jobNumber is { } number && _getTouch.In(snapshot).Set(0, number).Set(1, id).Scalar() is long fields)
        {
            contact.Touched = fields;
        }

        return contact;
    }
}
