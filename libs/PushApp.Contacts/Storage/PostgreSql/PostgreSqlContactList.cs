using System.Globalization;
using Npgsql;

namespace PushApp.Contacts;

/// <summary>A part of a book, by name: the questions that PostgreSQL is asked, each answered by an index.</summary>
internal static class PostgreSqlContactList
{
    /// <summary>All contacts: the index of names has what is counted and skipped.</summary>
    public const string CountSql = """SELECT count(*) FROM "Contacts" WHERE "BookId" = @book""";

    /// <inheritdoc cref="CountSql"/>
    public const string PageSql = """SELECT "Id" FROM "Contacts" WHERE "BookId" = @book ORDER BY "SortName", "Id" LIMIT @take OFFSET @skip""";

    /// <summary>
    /// The contacts that have all the words; each row is one's id, and how many there are. The index of trigrams knows letters and digits only: words of other characters are looked for in the
    /// whole book.
    /// </summary>
    public static string SearchSql(SearchWords words)
    {
        // One by one: PostgreSQL uses no index for LIKE ALL.
        var conditions = string.Concat(words.Contained.Select((_, i) => string.Create(CultureInfo.InvariantCulture, $""" AND "SearchText" LIKE @word{i}""")));
        return $"""
            WITH found AS MATERIALIZED (SELECT "Id", "SortName" FROM "Contacts" WHERE "BookId" = @book{conditions})
            SELECT "Id", (SELECT count(*) FROM found) FROM found ORDER BY "SortName", "Id" LIMIT @take OFFSET @skip
            """;
    }

    public static async Task<(List<long> Ids, long Total)> ReadAsync(
        NpgsqlConnection connection, long book, SearchWords? words, int skip, int take, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.Parameters.AddWithValue("book", book);
        if (words is null)
        {
            command.CommandText = CountSql;
            var total = (long)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
            command.CommandText = PageSql;
            AddPage(command, skip, take);
            return ((await ContactPages.ReadAsync(command, cancellationToken).ConfigureAwait(false)).Ids, total);
        }

        command.CommandText = SearchSql(words);
        AddPage(command, skip, take);
        for (var i = 0; i < words.Contained.Count; i++)
        {
            command.Parameters.AddWithValue(string.Create(CultureInfo.InvariantCulture, $"word{i}"), Pattern(words.Contained[i]));
        }

        return await ContactPages.SearchAsync(command, skip, "skip", cancellationToken).ConfigureAwait(false);
    }

    // Nothing that was typed is a wildcard.
    private static string Pattern(string word)
    {
        var escaped = PostgreSqlText.Clean(word).Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal);
        return $"%{escaped}%";
    }

    private static void AddPage(NpgsqlCommand command, long skip, long take)
    {
        command.Parameters.AddWithValue("skip", skip);
        command.Parameters.AddWithValue("take", take);
    }
}
