namespace PushApp.Contacts;

/// <summary>The export of Outlook and of outlook.com.</summary>
internal sealed class OutlookCsvDialect : ICsvDialect
{
    public bool Recognises(IReadOnlyList<string> header) =>
        header.Contains("e-mail address") || header.Contains("e-mail 2 address") || (header.Contains("business phone") && header.Contains("last name"));

    public CsvColumn[] Map(IReadOnlyList<string> header) => [.. header.Select(name => name switch
    {
        // 'Mr.' and 'Jr.'; the position is in 'Job Title'.
        "title" or "suffix" => CsvColumn.Ignored,

        // The relatives', not the contact's.
        "assistant's name" or "assistant's phone" or "manager's name" or "spouse" or "children" => CsvColumn.Ignored,
        _ => PlainCsvDialect.Map(name),
    })];

    // Outlook writes a date that it does not know as zeros.
    public IEnumerable<string> Split(string cell) => cell is "0/0/00" or "0/0/0000" ? [] : [cell];
}
