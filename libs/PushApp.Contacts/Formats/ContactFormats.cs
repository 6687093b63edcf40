using System.Collections.Frozen;

namespace PushApp.Contacts;

/// <summary>The kinds of files that can be imported, in the order in which they are tried.</summary>
internal static class ContactFormats
{
    // CSV comes last: it says what is wrong with a text that nobody claims.
    private static readonly IContactFormat[] Ordered = [new VCardFormat(), new CsvFormat()];

    private static readonly FrozenDictionary<string, IContactFormat> ByName = Ordered.ToFrozenDictionary(format => format.Name);

    /// <summary>Bytes that are enough to recognise a file.</summary>
    public const int HeadBytes = 64 * 1024;

    public static IContactFormat Get(string name) =>
        ByName.TryGetValue(name, out var format)
            ? format
            : throw new ContactFileException(ContactFileProblem.NoAddressBook, $"The file's format, '{name}', is not known to this version. Import the file again.");

    /// <summary>Finds the format by the file's content; its name and media type are what a browser guesses.</summary>
    /// <param name="head">The file's first bytes; more than <see cref="HeadBytes"/> are not looked at.</param>
    /// <param name="isWhole">Whether that is all of it.</param>
    /// <exception cref="ContactFileException">It is none; the message says what to do.</exception>
    public static IContactFormat Recognise(ReadOnlySpan<byte> head, bool isWhole)
    {
        if (head.Length > HeadBytes)
        {
            head = head[..HeadBytes];
            isWhole = false;
        }

        if (BinarySignature.Describe(head) is { } what)
        {
            throw new ContactFileException(ContactFileProblem.Binary, what);
        }

        var text = ImportText.DecodeHead(head, isWhole);
        if (string.IsNullOrWhiteSpace(text))
        {
            throw new ContactFileException(
                ContactFileProblem.Empty, "The file is empty. Export the address book again as CSV or vCard (.vcf), and choose that file.");
        }

        string? refusal = null;
        foreach (var format in Ordered)
        {
            var verdict = format.Examine(text, isWhole);
            if (verdict.IsMine)
            {
                return format;
            }

            refusal = verdict.Refusal ?? refusal;
        }

        throw new ContactFileException(ContactFileProblem.NoAddressBook, refusal!);
    }
}
