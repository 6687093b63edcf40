namespace PushApp.Contacts;

/// <summary>What passes for an e-mail address in an address book: less than RFC 5321 allows to be said, more than a typing error.</summary>
internal static class EmailAddress
{
    // https://www.rfc-editor.org/rfc/rfc5321#section-4.5.3.1.3 (a path of 256 octets, with its brackets)
    private const int MaxLength = 254;

    public static bool IsValid(ReadOnlySpan<char> text)
    {
        var at = text.LastIndexOf('@');
        if (at < 1 || at == text.Length - 1 || text.Length > MaxLength)
        {
            return false;
        }

        foreach (var c in text)
        {
            if (char.IsWhiteSpace(c) || char.IsControl(c) || c is '<' or '>' or ',' or ';')
            {
                return false;
            }
        }

        var domain = text[(at + 1)..];
        return text[..at].IndexOf('@') < 0 && domain[0] is not ('.' or '-') && domain[^1] is not ('.' or '-') && !domain.Contains("..", StringComparison.Ordinal);
    }

    /// <summary>The address in <c>mailto:ann@example.com</c> or <c>Ann &lt;ann@example.com&gt;</c>.</summary>
    public static string Unwrap(string text)
    {
        var trimmed = text.Trim();
        if (trimmed.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase))
        {
            return trimmed[7..];
        }

        var open = trimmed.LastIndexOf('<');
        return open >= 0 && trimmed.EndsWith('>') ? trimmed[(open + 1)..^1].Trim() : trimmed;
    }
}
