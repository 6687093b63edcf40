using System.Globalization;
using Microsoft.Data.Sqlite;

namespace PushApp.Contacts;

/// <summary>A part of a book, by name: the questions that SQLite is asked, each answered by an index.</summary>
internal static class SqliteContactList
{
    /// <summary>All contacts: <c>IX_Contacts_BookId_SortName</c> has what is counted and skipped.</summary>
    public const string CountSql = "SELECT count(*) FROM Contacts WHERE BookId = $book";

    /// <inheritdoc cref="CountSql"/>
    public const string PageSql = "SELECT Id FROM Contacts WHERE BookId = $book ORDER BY SortName, Id LIMIT $take OFFSET $skip";

    private const int IdBits = 40;

    /// <summary>A contact's row in <c>ContactSearch</c>: the book before the contact, so that a book's are together.</summary>
    public static long SearchRow(long book, long id) => (book << IdBits) | id;

    /// <summary>The contacts that have all the words; each row is one's id, and how many there are.</summary>
    public static string SearchSql(SearchWords words)
    {
        var conditions = string.Concat(words.Substrings.Select((_, i) => string.Create(CultureInfo.InvariantCulture, $" AND instr(c.SearchText, $word{i}) > 0")));
        return $"""
            WITH Found AS MATERIALIZED (
                SELECT c.Id, c.SortName FROM ContactSearch CROSS JOIN Contacts AS c ON c.Id = (ContactSearch.rowid & {(1L << IdBits) - 1})
                WHERE ContactSearch MATCH $match AND ContactSearch.rowid BETWEEN $first AND $last{conditions})
            SELECT Id, (SELECT count(*) FROM Found) FROM Found ORDER BY SortName, Id LIMIT $take OFFSET $skip
            """;
    }

    /// <summary>A page's contacts in order, and how many there are in all.</summary>
    public static async Task<(List<long> Ids, long Total)> ReadAsync(
        SqliteConnection connection, long book, SearchWords? words, int skip, int take, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.Parameters.AddWithValue("$take", take);
        command.Parameters.AddWithValue("$skip", skip);
        if (words is null)
        {
            command.Parameters.AddWithValue("$book", book);
            command.CommandText = CountSql;
            var total = (long)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
            command.CommandText = PageSql;
            return ((await ContactPages.ReadAsync(command, cancellationToken).ConfigureAwait(false)).Ids, total);
        }

        command.CommandText = SearchSql(words);
        command.Parameters.AddWithValue("$match", words.Match);
        command.Parameters.AddWithValue("$first", SearchRow(book, 0));
        command.Parameters.AddWithValue("$last", SearchRow(book, (1L << IdBits) - 1));
        for (var i = 0; i < words.Substrings.Count; i++)
        {
            command.Parameters.AddWithValue(string.Create(CultureInfo.InvariantCulture, $"$word{i}"), words.Substrings[i]);
        }

        return await ContactPages.SearchAsync(command, skip, "$skip", cancellationToken).ConfigureAwait(false);
    }
}
