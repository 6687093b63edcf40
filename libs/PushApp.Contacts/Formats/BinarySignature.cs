namespace PushApp.Contacts;

/// <summary>Tells people what they chose instead of an address book.</summary>
internal static class BinarySignature
{
    /// <summary>A message for whoever chose a file that is no text; null for text.</summary>
    public static string? Describe(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("PK\x03\x04"u8) || head.StartsWith("PK\x05\x06"u8))
        {
            return "The file is a workbook or an archive (ZIP). In Excel save it as 'CSV UTF-8', or unpack the archive, and choose the .csv or .vcf file.";
        }

        if (head.StartsWith((ReadOnlySpan<byte>)[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]))
        {
            return "The file is an old Office document. Save it as CSV, and choose that file.";
        }

        if (head.StartsWith("!BDN"u8))
        {
            return "The file is an Outlook data file (.pst). In Outlook choose File, Open & Export, Import/Export, Export to a file, Comma Separated Values, and choose that file.";
        }

        if (head.StartsWith("%PDF-"u8))
        {
            return "The file is a PDF. Export the address book as CSV or vCard (.vcf), and choose that file.";
        }

        if (head.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]))
        {
            return "The file is compressed (gzip). Unpack it, and choose the .csv or .vcf file.";
        }

        if (ImportText.IsUtf32(head))
        {
            return "The file is text in UTF-32, which address books are not read in. Save it as UTF-8 (in Excel 'CSV UTF-8', in an editor 'Save with encoding'), and choose that file.";
        }

        // No text of one byte a character holds a NUL; UTF-16 does, and is recognised before.
        return !ImportText.IsUtf16(head) && head.Contains((byte)0)
            ? "The file is binary, no text. Export the address book as CSV or vCard (.vcf), and choose that file."
            : null;
    }
}
