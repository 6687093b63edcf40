namespace PushApp.Contacts;

/// <summary>Says which contact of a book owns an identity key; see IdentityKeys. Owners never change.</summary>
internal sealed class ContactKey
{
    public long BookId { get; init; }

    public long Key { get; init; }

    public long ContactId { get; init; }
}
