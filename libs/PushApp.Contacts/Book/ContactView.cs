namespace PushApp.Contacts;

/// <summary>A contact as the API shows it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">What lists show: the name, else nickname, company, e-mail address or phone number.</param>
/// <param name="GivenName">First name.</param>
/// <param name="FamilyName">Last name.</param>
/// <param name="Nickname">Nickname.</param>
/// <param name="Company">Company.</param>
/// <param name="Department">Department.</param>
/// <param name="JobTitle">Position.</param>
/// <param name="Birthday">As the source wrote it; ISO 8601 when it was clear.</param>
/// <param name="Note">Note.</param>
/// <param name="Emails">E-mail addresses.</param>
/// <param name="Phones">Phone numbers.</param>
/// <param name="Addresses">Postal addresses.</param>
/// <param name="Urls">Web pages.</param>
/// <param name="CreatedAt">When it came, UTC.</param>
/// <param name="UpdatedAt">When it last changed, UTC.</param>
public sealed record ContactView(
    long Id,
    string Name,
    string? GivenName,
    string? FamilyName,
    string? Nickname,
    string? Company,
    string? Department,
    string? JobTitle,
    string? Birthday,
    string? Note,
    IReadOnlyList<LabeledValue> Emails,
    IReadOnlyList<LabeledValue> Phones,
    IReadOnlyList<LabeledValue> Addresses,
    IReadOnlyList<LabeledValue> Urls,
    DateTime CreatedAt,
    DateTime UpdatedAt)
{
    // In a list; one contact alone has the whole note.
    private const int MaxListedNote = 1000;

    /// <summary>As lists show it: of a long note, which may have a megabyte, the beginning.</summary>
    internal static ContactView OfList(Contact contact) =>
        contact.Note is { Length: > MaxListedNote } note ? Of(contact) with { Note = Text.Shorten(note, MaxListedNote) } : Of(contact);

    internal static ContactView Of(Contact contact) => new(
        contact.Id,
        contact.DisplayName,
        contact.GivenName,
        contact.FamilyName,
        contact.Nickname,
        contact.Company,
        contact.Department,
        contact.JobTitle,
        contact.Birthday,
        contact.Note,
        contact.Emails,
        contact.Phones,
        contact.Addresses,
        contact.Urls,
        contact.CreatedAt.UtcDateTime,
        contact.UpdatedAt.UtcDateTime);
}
