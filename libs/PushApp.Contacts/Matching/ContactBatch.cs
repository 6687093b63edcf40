namespace PushApp.Contacts;

/// <summary>What records mean for a book as it was read: the contacts to write, the keys to own, and how each record counts.</summary>
internal sealed class ContactBatch
{
    public required long BookId { get; init; }

    /// <summary>The book's version when it was read; the batch counts for no other.</summary>
    public required long BookVersion { get; init; }

    /// <summary>The contacts that records went to, each once.</summary>
    public List<ContactState> Contacts { get; } = [];

    /// <summary>The contact that each record went to.</summary>
    public List<ContactState> Results { get; } = [];

    /// <summary>Keys that nobody owned when the book was read, except those that no record of the batch was looked up by: these may be owned.</summary>
    public Dictionary<long, ContactState> Keys { get; } = [];

    public int Added { get; private set; }

    public int Updated { get; private set; }

    public int Unchanged { get; private set; }

    /// <summary>Counts a record.</summary>
    public void Count(bool isNew, bool isChanged)
    {
        if (isNew)
        {
            Added++;
        }
        else if (isChanged)
        {
            Updated++;
        }
        else
        {
            Unchanged++;
        }
    }

    /// <summary>The keys in order, so that neighbours in the index are written together.</summary>
    public (long Key, ContactState Contact)[] OrderKeys()
    {
        var keys = new (long Key, ContactState Contact)[Keys.Count];
        var at = 0;
        foreach (var (key, contact) in Keys)
        {
            keys[at++] = (key, contact);
        }

        Array.Sort(keys, static (left, right) => left.Key.CompareTo(right.Key));
        return keys;
    }
}
