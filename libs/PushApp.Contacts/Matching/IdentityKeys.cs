using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace PushApp.Contacts;

/// <summary>By what a contact is told from the others of its book.</summary>
/// <remarks>
/// <para>An e-mail address belongs to one contact. A phone number may be shared (a household, a front desk), so it tells a contact only together with the name, without one with
/// the nickname or the company, and alone where there is none of them. Name and company tell one that has neither address nor number.</para>
/// <para>Each key of a book has one owner, the first contact that came with it, for good. A record goes to the owner of the first of its <see cref="Lookup"/>
/// keys that has one, and what is not owned then becomes that contact's. So after a record was taken in, its first key is owned by the contact it went to:
/// the same file imported again sends every record to the same contact, and changes nothing. Merging two contacts because a record names both would not have that property.</para>
/// <para>Keys are 64 bits of SHA-256. Two of the same book are equal by chance once in 10^7 books of a million keys each.</para>
/// </remarks>
/// <param name="Lookup">By what a record is looked up, in order.</param>
/// <param name="Ownership">By what later records may find the contact that this one went to: the lookup keys and more.</param>
internal sealed record IdentityKeys(long[] Lookup, long[] Ownership)
{
    /// <summary>The keys of a record.</summary>
    public static IdentityKeys Of(ContactDraft draft)
    {
        var lookup = new List<long>(4);
        var more = new List<long>(4);
        foreach (var email in draft.Emails)
        {
            lookup.Add(Hash('e', Normalized.Email(email.Value), ""));
        }

        var name = Normalized.Words(draft[ContactField.Name]);
        var holder = Holder(name, draft);
        foreach (var digits in draft.Phones.Select(phone => Normalized.Phone(phone.Value)).Where(digits => digits.Length > 0))
        {
            lookup.Add(PhoneKey(digits, holder));
            if (holder.Length > 0)
            {
                more.Add(PhoneKey(digits, ""));
            }
        }

        if (lookup.Count == 0)
        {
            lookup.Add(NameKey(name, draft));
        }
        else if (name.Length > 0)
        {
            more.Add(NameKey(name, draft));
        }

        return new IdentityKeys([.. lookup], [.. lookup, .. more]);
    }

    /// <summary>Whose a number is.</summary>
    private static string Holder(string name, ContactDraft draft)
    {
        if (name.Length > 0)
        {
            return name;
        }

        var nickname = Normalized.Words(draft[ContactField.Nickname]);
        return nickname.Length > 0 ? nickname : Normalized.Words(draft[ContactField.Company]);
    }

    // With the holder beside it, the ending is enough to see through a missing prefix; alone it is not.
    private static long PhoneKey(string digits, string holder) => holder.Length > 0 ? Hash('p', Normalized.PhoneEnding(digits), holder) : Hash('p', digits, "");

    private static long NameKey(string name, ContactDraft draft) =>
        Hash('n', name.Length > 0 ? name : Normalized.Words(draft[ContactField.Nickname]), Normalized.Words(draft[ContactField.Company]));

    private static long Hash(char kind, string first, string second)
    {
        var length = Encoding.UTF8.GetMaxByteCount(first.Length + second.Length + 2);
        var buffer = length <= 512 ? stackalloc byte[512] : new byte[length];
        buffer[0] = (byte)kind;
        var count = 1 + Encoding.UTF8.GetBytes(first, buffer[1..]);
        buffer[count++] = 0;
        count += Encoding.UTF8.GetBytes(second, buffer[count..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(buffer[..count], hash);
        return BinaryPrimitives.ReadInt64BigEndian(hash);
    }
}
