using System.Globalization;

namespace PushApp.Contacts;

/// <summary>The forms in which values are compared.</summary>
internal static class Normalized
{
    // As many last digits as numbers have in common when one lacks the country and area prefix of the other.
    private const int SignificantDigits = 8;

    // What has fewer digits before an extension is no number.
    private const int LeastDigits = 3;

    private const int MaxSortName = 500;

    /// <summary>Lower case, and accents as one character with their letter.</summary>
    public static string Fold(string value) => Composition.Compose(value).ToLowerInvariant();

    /// <summary>A name as lists are sorted by it: folded, of a very long one the beginning, as PostgreSQL's indexes take no more than 2,700 bytes of a row.</summary>
    public static string SortName(string displayName)
    {
        var folded = Fold(displayName);
        return folded.Length <= MaxSortName ? folded : folded[..(char.IsHighSurrogate(folded[MaxSortName - 1]) ? MaxSortName - 1 : MaxSortName)];
    }

    public static string Email(string value) => Fold(value.Trim());

    /// <summary>The digits of a number, without an extension and leading zeros: '+49 (0)30 123' and '030 123' end alike. Empty where there is no number in it, as in '000'.</summary>
    public static string Phone(string value)
    {
        Span<char> digits = stackalloc char[32];
        var count = 0;
        for (var i = 0; i < value.Length && count < digits.Length; i++)
        {
            // '(0)' is the trunk prefix that is not dialled from abroad.
            if (value[i] == '(' && count > 0 && value.AsSpan(i).StartsWith("(0)", StringComparison.Ordinal))
            {
                i += 2;
            }
            else if (CharUnicodeInfo.GetDecimalDigitValue(value[i]) is >= 0 and var digit)
            {
                // In whichever script: '０９０', '٠٥٠'.
                digits[count++] = (char)('0' + digit);
            }
            else if (count >= LeastDigits && value[i] is 'x' or 'X' or ';' or '#')
            {
                // '30 123 ext 5', '30 123;5'. In 'Fax 30 123' and '#31#30 123' the number has not come yet.
                break;
            }
        }

        return digits[..count].TrimStart('0').ToString();
    }

    public static string PhoneEnding(string digits) => digits.Length > SignificantDigits ? digits[^SignificantDigits..] : digits;

    /// <summary>Whether two numbers are one, written with and without their prefix. Both as <see cref="Phone"/> gives them; what holds no number is none.</summary>
    public static bool SamePhone(string left, string right) =>
        left.Length == right.Length || Math.Min(left.Length, right.Length) < SignificantDigits - 1
            ? left.Length > 0 && left == right
            : left.Length > right.Length ? left.EndsWith(right, StringComparison.Ordinal) : right.EndsWith(left, StringComparison.Ordinal);

    /// <summary>Lower case, single blanks.</summary>
    public static string Words(string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return "";
        }

        var lower = Fold(value);
        foreach (var c in lower)
        {
            if (c != ' ' && (char.IsWhiteSpace(c) || c is ',' or '.'))
            {
                return Rejoin(lower);
            }
        }

        return lower.Contains("  ", StringComparison.Ordinal) ? Rejoin(lower) : lower.Trim();
    }

    private static string Rejoin(string text) =>
        string.Join(' ', text.Split([' ', '\t', '\r', '\n', '\u00A0', ',', '.'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
