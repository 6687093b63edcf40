namespace PushApp.Contacts;

/// <summary>Where a record stands after some of its characters.</summary>
internal enum CsvQuoteState
{
    /// <summary>At the beginning of a field.</summary>
    FieldStart,

    /// <summary>In a field without quotes.</summary>
    Plain,

    /// <summary>In a quoted field.</summary>
    Quoted,

    /// <summary>Behind a quote in a quoted field: it ends the field, or is one of two.</summary>
    QuoteInQuoted,

    /// <summary>Behind the record.</summary>
    RecordEnd,

    /// <summary>Behind what cannot follow a quoted field.</summary>
    Broken,
}

/// <summary>Follows a record's quotes to its end, without keeping anything of it.</summary>
/// <param name="delimiter">What separates fields.</param>
/// <param name="toLineEnd">Whether the first line's end ends the scan, inside of quotes too.</param>
internal struct CsvQuoteScanner(char delimiter, bool toLineEnd)
{
    public CsvQuoteState State { get; private set; }

    /// <summary>Whether the record's end was met, or the line's, or a fault.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Takes a part in.</summary>
    /// <returns>How many characters of it were looked at.</returns>
    public int Scan(ReadOnlySpan<char> part)
    {
        var at = 0;
        while (at < part.Length && !IsDone)
        {
            if (State == CsvQuoteState.Plain)
            {
                var next = part[at..].IndexOfAny(delimiter, '\r', '\n');
                if (next < 0)
                {
                    return part.Length;
                }

                at += next;
            }
            else if (State == CsvQuoteState.Quoted)
            {
                var next = toLineEnd ? part[at..].IndexOfAny('"', '\r', '\n') : part[at..].IndexOf('"');
                if (next < 0)
                {
                    return part.Length;
                }

                at += next;
            }

            Step(part[at++]);
        }

        return at;
    }

    private void Step(char c)
    {
        var isLineEnd = c is '\r' or '\n';
        State = State switch
        {
            CsvQuoteState.Quoted => c == '"' ? CsvQuoteState.QuoteInQuoted : CsvQuoteState.Quoted,
            CsvQuoteState.QuoteInQuoted when c == '"' => CsvQuoteState.Quoted,
            _ when isLineEnd => CsvQuoteState.RecordEnd,
            _ when c == delimiter => CsvQuoteState.FieldStart,
            CsvQuoteState.QuoteInQuoted => CsvQuoteState.Broken,
            CsvQuoteState.FieldStart when c == '"' => CsvQuoteState.Quoted,
            _ => CsvQuoteState.Plain,
        };
        IsDone = State is CsvQuoteState.RecordEnd or CsvQuoteState.Broken || (toLineEnd && isLineEnd);
    }
}
