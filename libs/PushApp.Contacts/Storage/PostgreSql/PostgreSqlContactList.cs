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
            return ((await ReadAsync(command, cancellationToken).ConfigureAwait(false)).Ids, total);
        }

        command.CommandText = SearchSql(words);
        AddPage(command, skip, take);
        for (var i = 0; i < words.Contained.Count; i++)
        {
            command.Parameters.AddWithValue(string.Create(CultureInfo.InvariantCulture, $"word{i}"), Pattern(words.Contained[i]));
        }

        var page = await ReadAsync(command, cancellationToken).ConfigureAwait(false);
        if (page.Ids.Count == 0 && skip > 0)
        {
            // Behind the last page no row tells how many there are.
            command.Parameters["skip"].Value = 0L;
            page = ([], (await ReadAsync(command, cancellationToken).ConfigureAwait(false)).Total);
        }

        return page;
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

    private static async Task<(List<long> Ids, long Total)> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var ids = new List<long>();
        var total = 0L;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            ids.Add(reader.GetInt64(0));
            total = reader.FieldCount > 1 ? reader.GetInt64(1) : 0;
        }

        return (ids, total);
    }
}
