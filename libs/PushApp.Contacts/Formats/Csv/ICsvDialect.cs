namespace PushApp.Contacts;

/// <summary>How one program names the columns of its export.</summary>
internal interface ICsvDialect
{
    /// <summary>Whether a header is this program's. Names are trimmed and in lower case.</summary>
    bool Recognises(IReadOnlyList<string> header);

    /// <summary>Says what the columns hold, one answer per column.</summary>
    CsvColumn[] Map(IReadOnlyList<string> header);

    /// <summary>The values of a cell: some programs put several into one.</summary>
    IEnumerable<string> Split(string cell);
}
