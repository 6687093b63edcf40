namespace PushApp.Contacts;

/// <summary>vCard 3.0 (<see href="https://www.rfc-editor.org/rfc/rfc2426">RFC 2426</see>) and 4.0 (<see href="https://www.rfc-editor.org/rfc/rfc6350">RFC 6350</see>), one or many to a file.</summary>
internal sealed class VCardFormat : IContactFormat
{
    public string Name => "vcard";

    /// <summary>Whether a text begins as a vCard.</summary>
    public static bool Begins(ReadOnlySpan<char> head) => head.TrimStart().StartsWith("BEGIN:VCARD", StringComparison.OrdinalIgnoreCase);

    public FormatVerdict Examine(string head, bool isWhole) => Begins(head) ? FormatVerdict.Yes : FormatVerdict.No;

    public IContactReader Open(TextReader text) => new VCardReader(text);
}
