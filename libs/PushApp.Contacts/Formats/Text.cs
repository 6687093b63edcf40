using System.Buffers;

namespace PushApp.Contacts;

/// <summary>Small things done to text of unknown origin.</summary>
internal static class Text
{
    private const int MaxLabelLength = 100;

    // Marks and overrides of the direction of writing (https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters): they make a text look like another one.
    private static readonly SearchValues<char> ToDrop = SearchValues.Create(
        "\u061C\u200E\u200F\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069\u007F"
        + string.Concat(Enumerable.Range(0, 0x20).Concat(Enumerable.Range(0x80, 0x20)).Where(c => c is not ('\n' or '\t')).Select(c => (char)c)));

    /// <summary>
    /// Without surrounding blanks, without control characters other than line breaks and tabs, and without what turns the direction of writing; null when nothing is left.
    /// </summary>
    public static string? Clean(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        var trimmed = text.Trim();
        if (trimmed.AsSpan().IndexOfAny(ToDrop) < 0)
        {
            return trimmed;
        }

        var kept = string.Concat(trimmed.Where(c => !ToDrop.Contains(c))).Trim();
        return kept.Length == 0 ? null : kept;
    }

    /// <summary>A label of a value: clean, in lower case, and short. Whoever writes a file chooses it, and whoever a contact is shared with has to live with it.</summary>
    public static string? Label(string? text) => Clean(text)?.ToLowerInvariant() is { } label ? Shorten(label, MaxLabelLength) : null;

    /// <summary>At most so many characters; never half of a surrogate pair.</summary>
    public static string Shorten(string text, int length = 60)
    {
        if (text.Length <= length)
        {
            return text;
        }

        return string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[length - 2]) ? length - 2 : length - 1), "…");
    }
}
