namespace PushApp.Contacts;

/// <summary>What a column holds.</summary>
/// <param name="Kind">Where its values go.</param>
/// <param name="Field">The single field, for <see cref="CsvColumnKind.Field"/>.</param>
/// <param name="Label">The values' label, when the header gives it.</param>
/// <param name="LabelColumn">The column that holds the label instead; -1 for none.</param>
/// <param name="Group">For parts of an address: parts of the same group are one address.</param>
internal readonly record struct CsvColumn(CsvColumnKind Kind, ContactField Field = default, string? Label = null, int LabelColumn = -1, string? Group = null)
{
    public static CsvColumn Ignored { get; } = new(CsvColumnKind.Ignored);

    public static CsvColumn Of(ContactField field) => new(CsvColumnKind.Field, field);

    /// <summary>Whether a contact can be told by it.</summary>
    public bool Identifies => Kind is CsvColumnKind.Email or CsvColumnKind.Phone || (Kind == CsvColumnKind.Field && Field <= ContactField.Company);
}

/// <summary>Where a column's values go.</summary>
internal enum CsvColumnKind
{
    Ignored,
    Field,
    MiddleName,
    Email,
    Phone,
    Url,
    Address,
    AddressPart,
}
