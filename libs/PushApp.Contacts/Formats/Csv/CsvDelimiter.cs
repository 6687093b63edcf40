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
        if (!text.StartsWith("sep=", StringComparison.OrdinalIgnoreCase) || text.Length < 6 || text[5] is not ('\r' or '\n'))
        {
            return 0;
        }

        delimiter = text[4];
        return text.Length > 6 && text[5] == '\r' && text[6] == '\n' ? 7 : 6;
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
