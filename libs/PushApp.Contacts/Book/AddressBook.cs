namespace PushApp.Contacts;

/// <summary>One user's contacts. Its small number stands for the user in the large tables.</summary>
internal sealed class AddressBook
{
    public long Id { get; init; }

    /// <summary>The user's id.</summary>
    public required string Owner { get; init; }

    /// <summary>Grows with every write to the book, so that who has read it can tell whether it is still as it was read.</summary>
    public long Version { get; init; }
}
