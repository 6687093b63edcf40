using System.Runtime.InteropServices;

namespace PushApp.Contacts;

/// <summary>Finds the contact that each record goes to, and merges them in memory.</summary>
internal static class ContactMatcher
{
    // How often somebody looks whether the import was cancelled: some milliseconds.
    private const int DraftsBetweenLooks = 256;

    /// <summary>The keys that records are looked up by, each once, in order: so that neighbours in the index are read together.</summary>
    public static long[] LookupKeys(IReadOnlyList<ContactDraft> drafts)
    {
        var all = new HashSet<long>(drafts.Count * 2);
        foreach (var draft in drafts)
        {
            all.UnionWith(draft.Keys.Lookup);
        }

        var sorted = all.ToArray();
        Array.Sort(sorted);
        return sorted;
    }

    /// <summary>Fills a batch.</summary>
    /// <param name="batch">An empty one.</param>
    /// <param name="rule">How single fields that differ are settled.</param>
    /// <param name="drafts">The records.</param>
    /// <param name="owners">Of the records' keys those that have an owner, with it.</param>
    /// <param name="load">Reads a stored contact, once each; null when it is gone.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static void Match(
        ContactBatch batch,
        ContactMerger.Rule rule,
        IReadOnlyList<ContactDraft> drafts,
        Dictionary<long, long> owners,
        Func<long, ContactState?> load,
        CancellationToken cancellationToken)
    {
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
                        slot = load(id);
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

            var isChanged = ContactMerger.Merge(contact, draft, rule);
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
    }
}
