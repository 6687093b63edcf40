namespace PushApp.Contacts;

/// <summary>Merges a record into a contact.</summary>
internal static class ContactMerger
{
    /// <summary>How single fields that differ are settled.</summary>
    public enum Rule
    {
        /// <summary>The record's value wins, unless the same job brought one before. Nothing is overwritten with emptiness.</summary>
        FirstOfJobWins,

        /// <summary>What is stored stays; only empty fields are filled.</summary>
        StoredWins,
    }

    /// <summary>The rule of a job, and that of what comes without one.</summary>
    public static Rule RuleOf(long? jobNumber) => jobNumber is null ? Rule.StoredWins : Rule.FirstOfJobWins;

    /// <summary>Merges; lists become the union of both.</summary>
    /// <returns>Whether the contact changed.</returns>
    public static bool Merge(ContactState contact, ContactDraft draft, Rule rule)
    {
        var changed = false;
        for (var i = 0; i < ContactDraft.FieldCount; i++)
        {
            if (draft[(ContactField)i] is not { } value)
            {
                continue;
            }

            var bit = 1L << i;
            var isFree = rule == Rule.FirstOfJobWins ? (contact.Touched & bit) == 0 : contact.Fields[i] is null;
            if (isFree && contact.Fields[i] != value)
            {
                contact.Fields[i] = value;
                changed = true;
            }

            if ((contact.Touched & bit) == 0)
            {
                contact.Touched |= bit;
                contact.IsTouchedChanged = true;
            }
        }

        changed |= Union(contact.Emails, draft.Emails, static (left, right) => left.Equals(right, StringComparison.OrdinalIgnoreCase));
        changed |= Union(contact.Phones, draft.Phones, static (left, right) => left == right || Normalized.SamePhone(Normalized.Phone(left), Normalized.Phone(right)));
        changed |= Union(contact.Addresses, draft.Addresses, static (left, right) => Normalized.Words(left) == Normalized.Words(right));
        changed |= Union(contact.Urls, draft.Urls, static (left, right) => left.TrimEnd('/').Equals(right.TrimEnd('/'), StringComparison.OrdinalIgnoreCase));
        contact.IsChanged |= changed;
        return changed;
    }

    private static bool Union(List<LabeledValue> stored, List<LabeledValue> added, Func<string, string, bool> isSame)
    {
        var changed = false;
        foreach (var value in added)
        {
            var at = stored.FindIndex(existing => isSame(existing.Value, value.Value));
            if (at < 0)
            {
                // A file whose rows all name one address would otherwise cost its length squared. Further values are left out.
                if (stored.Count < ContactDraft.MaxValues)
                {
                    stored.Add(value);
                    changed = true;
                }
            }
            else if (stored[at].Label is null && value.Label is not null)
            {
                stored[at] = stored[at] with { Label = value.Label };
                changed = true;
            }
        }

        return changed;
    }
}
