using System.Buffers;

namespace PushApp.Contacts;

/// <summary>
/// What <see cref="RejectedRowsFile"/> writes and <see cref="CsvContactReader"/> undoes: two columns before the source's own, and an apostrophe before what a spreadsheet would run.
/// </summary>
internal static class RejectedRowsFormat
{
    public const string LineColumn = "Line";

    public const string ReasonColumn = "Reason";

    /// <summary>The only column of a vCard file's rejected records: the card.</summary>
    public const string CardColumn = "vCard";

    private static readonly SearchValues<char> OfPhoneNumbers = SearchValues.Create("0123456789 ()-./");

    /// <summary>Whether a header is that of rejected records; a file that was rejected more than once by an older version has the columns more than once.</summary>
    /// <returns>How many of the first columns are not the source's.</returns>
    public static int CountOwnColumns(ReadOnlySpan<string> header)
    {
        var count = 0;
        while (header.Length >= count + 2 && Is(header[count], LineColumn) && Is(header[count + 1], ReasonColumn))
        {
            count += 2;
        }

        return count;

        static bool Is(string name, string own) => name.AsSpan().Trim().Equals(own, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Whether a spreadsheet might run a value; also whether it begins as a guarded one does, so that each guard comes off exactly once.</summary>
    public static bool NeedsGuard(ReadOnlySpan<char> value)
    {
        // Phone numbers ('+49 30 123') run nothing. https://owasp.org/www-community/attacks/CSV_Injection
        var bare = value.TrimStart('\'');
        var text = bare.TrimStart();
        return text.Length > 0
            && (bare[0] is '\t' or '\r' || text[0] is '=' or '+' or '-' or '@' or '\uFF1D' or '\uFF0B' or '\uFF0D' or '\uFF20')
            && !(text[0] == '+' && text[1..].IndexOfAnyExcept(OfPhoneNumbers) < 0);
    }

    /// <summary>The value without its guard.</summary>
    public static ReadOnlySpan<char> Unguard(ReadOnlySpan<char> value) => value.StartsWith("'") && NeedsGuard(value) ? value[1..] : value;
}
