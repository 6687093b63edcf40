namespace PushApp.Contacts;

/// <summary>Small things done to text of unknown origin.</summary>
internal static class Text
{
    /// <summary>Without surrounding blanks and control characters other than line breaks and tabs; null when nothing is left.</summary>
    public static string? Clean(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        var trimmed = text.Trim();
        if (trimmed.AsSpan().IndexOfAnyInRange('\0', '\u001F') < 0)
        {
            return trimmed;
        }

        var kept = string.Concat(trimmed.Where(c => c is '\n' or '\t' || !char.IsControl(c)));
        return kept.Length == 0 ? null : kept;
    }

    /// <summary>At most so many characters, for messages; never half of a surrogate pair.</summary>
    public static string Shorten(string text, int length = 60)
    {
        if (text.Length <= length)
        {
            return text;
        }

        return string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[length - 2]) ? length - 2 : length - 1), "…");
    }
}
