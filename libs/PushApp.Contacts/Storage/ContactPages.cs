using System.Data.Common;

namespace PushApp.Contacts;

/// <summary>Reads what a question for a part of a book is answered, on any database: a contact's id in each row, and in a search how many there are.</summary>
internal static class ContactPages
{
    public static async Task<(List<long> Ids, long Total)> ReadAsync(DbCommand command, CancellationToken cancellationToken)
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

    /// <summary>A page of a search. Behind the last one no row tells how many there are: the first is asked.</summary>
    /// <param name="command">The search.</param>
    /// <param name="skip">How many come before, as it stands in the command.</param>
    /// <param name="skipParameter">What that parameter is called.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<(List<long> Ids, long Total)> SearchAsync(DbCommand command, int skip, string skipParameter, CancellationToken cancellationToken)
    {
        var page = await ReadAsync(command, cancellationToken).ConfigureAwait(false);
        if (page.Ids.Count > 0 || skip == 0)
        {
            return page;
        }

        command.Parameters[skipParameter].Value = 0L;
        return ([], (await ReadAsync(command, cancellationToken).ConfigureAwait(false)).Total);
    }
}
