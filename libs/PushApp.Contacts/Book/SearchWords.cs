namespace PushApp.Contacts;

/// <summary>What is searched for: words that must all occur. A word of three characters or more may stand anywhere in a contact's words, a shorter one at the beginning of one.</summary>
/// <remarks>Words begin behind two blanks in <see cref="Contact.SearchText"/>, so that beginnings of one and two characters are three characters too, and an index of trigrams serves them.
/// SQLite's table <c>ContactSearch</c> knows for each three characters the contacts that have them (<see href="https://www.sqlite.org/fts5.html#the_trigram_tokenizer">FTS5's trigrams</see>, without
/// their places): three characters are an answer, and of a longer word they give candidates, whose text tells. PostgreSQL's index (<see href="https://www.postgresql.org/docs/current/pgtrgm.html">pg_trgm</see>)
/// is asked for what the text contains.</remarks>
internal sealed class SearchWords
{
    private const int MaxWords = 8;

    // More of them would leave hardly fewer candidates.
    private const int MaxTrigramsPerWord = 24;

    private SearchWords(IReadOnlyList<string> contained, string match, IReadOnlyList<string> substrings)
    {
        Contained = contained;
        Match = match;
        Substrings = substrings;
    }

    /// <summary>What the text must contain: the words, short ones with the blanks that stand before one.</summary>
    public IReadOnlyList<string> Contained { get; }

    /// <summary>The candidates, as FTS5 is asked for them: <c>"mus" AND "ust"</c>. Every trigram stands in quotes, so nothing of it is syntax.</summary>
    public string Match { get; }

    /// <summary>What a candidate's text must contain besides.</summary>
    public IReadOnlyList<string> Substrings { get; }

    /// <summary>Reads what somebody typed; null when there is no word in it, which means everything.</summary>
    public static SearchWords? Parse(string? search)
    {
        var words = SearchText.Split(search).Distinct().Take(MaxWords).ToList();
        if (words.Count == 0)
        {
            return null;
        }

        var contained = new List<string>();
        var trigrams = new List<string>();
        var substrings = new List<string>();
        foreach (var word in words)
        {
            // By characters and not by UTF-16 units, as FTS5 counts.
            var runes = word.EnumerateRunes().ToArray();
            if (runes.Length < 3)
            {
                var beginning = word.PadLeft(word.Length + 3 - runes.Length);
                contained.Add(beginning);
                trigrams.Add(beginning);
                continue;
            }

            contained.Add(word);

            if (runes.Length > 3)
            {
                substrings.Add(word);
            }

            trigrams.AddRange(Enumerable.Range(0, Math.Min(runes.Length - 2, MaxTrigramsPerWord)).Select(at => string.Concat(runes[at], runes[at + 1], runes[at + 2])));
        }

        return new SearchWords(
            contained,
            string.Join(" AND ", trigrams.Distinct().Select(trigram => $"\"{trigram.Replace("\"", "\"\"", StringComparison.Ordinal)}\"")),
            substrings);
    }
}
