namespace PushApp.Contacts;

/// <summary>Finds what separates the columns of a file.</summary>
internal static class CsvDelimiter
{
    private const string Candidates = ",;\t|";

    /// <summary>Reads Excel's <c>sep=;</c> line, which stands before the header.</summary>
    /// <returns>The length of that line, with its end; 0 when there is none.</returns>
    public static int ReadDeclaration(ReadOnlySpan<char> text, out char delimiter)
    {
        delimiter = default;

        // Excel, saving such a file as CSV again, takes the line for a value and quotes it.
        var quote = text.StartsWith("\"") ? 1 : 0;
        var end = quote + 5 + quote;
        if (text.Length <= end || !text[quote..].StartsWith("sep=", StringComparison.OrdinalIgnoreCase) || (quote == 1 && text[end - 1] != '"'))
        {
            return 0;
        }

        var at = text[quote + 4];
        var line = text[end..];

        // Excel fills the quoted line up to the width of the table.
        line = line.TrimStart(at);
        if (line.IsEmpty || line[0] is not ('\r' or '\n'))
        {
            return 0;
        }

        delimiter = at;
        return text.Length - line.Length + (line.Length > 1 && line[0] == '\r' && line[1] == '\n' ? 2 : 1);
    }

    /// <summary>The candidate that is most frequent in the first line outside of quotes; a comma when there is none.</summary>
    public static char Detect(ReadOnlySpan<char> text)
    {
        Span<int> counts = stackalloc int[Candidates.Length];
        var quoted = false;
        foreach (var c in text)
        {
            if (c == '"')
            {
                quoted = !quoted;
            }
            else if (!quoted)
            {
                if (c is '\r' or '\n')
                {
                    break;
                }

                if (Candidates.IndexOf(c) is var at and >= 0)
                {
                    counts[at]++;
                }
            }
        }

        var best = 0;
        for (var i = 1; i < counts.Length; i++)
        {
            best = counts[i] > counts[best] ? i : best;
        }

        return Candidates[best];
    }
}
