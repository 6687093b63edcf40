using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;

namespace PushApp.Contacts;

/// <summary>The rejected records of an import as a CSV file, to be corrected and imported again.</summary>
public sealed class RejectedRowsFile
{
    // What is read at once: a snapshot that lasts as long as a slow client reads would keep SQLite from ever shortening its WAL.
    private const int PageRows = 1000;
    private const int PageLength = 1024 * 1024;

    private static readonly SearchValues<char> NeedQuotes = SearchValues.Create(",\"\r\n;\t");

    private readonly IDbContextFactory<ContactsDbContext> _contexts;
    private readonly ImportJob _job;

    internal RejectedRowsFile(IDbContextFactory<ContactsDbContext> contexts, ImportJob job)
    {
        _contexts = contexts;
        _job = job;
    }

    /// <summary>What to call it.</summary>
    public string FileName => $"{Path.GetFileNameWithoutExtension(_job.FileName)}-rejected.csv";

    /// <summary>Writes it: UTF-8 with a mark (for Excel), line and reason first, then the columns as the file had them.</summary>
    public async Task WriteAsync(Stream stream, CancellationToken cancellationToken)
    {
        var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), leaveOpen: true);
        await using (writer.ConfigureAwait(false))
        {
            var line = new StringBuilder();
            AppendRow(line, RejectedRowsFormat.LineColumn, RejectedRowsFormat.ReasonColumn, _job.Header);
            var next = (long?)0;
            var kept = 0L;
            while (next is { } first)
            {
                (next, var count) = await AppendPageAsync(line, first, cancellationToken).ConfigureAwait(false);
                kept += count;
                if (next is null && _job.Rejected > kept)
                {
                    // Read back, a row without anything in the source's columns is passed over.
                    AppendRow(line, "", FormattableString.Invariant($"{_job.Rejected - kept:N0} more rows were rejected, but are not kept. Correct the cause in the file, and import it again."), null);
                }

                await writer.WriteAsync(line, cancellationToken).ConfigureAwait(false);
                line.Clear();
            }
        }
    }

    /// <returns>The row after the page, null when it is the last one; and how many rows it has.</returns>
    private async Task<(long? Next, long Count)> AppendPageAsync(StringBuilder line, long first, CancellationToken cancellationToken)
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var rows = context.RejectedRows.AsNoTracking().Where(row => row.JobNumber == _job.Number && row.Row >= first).OrderBy(row => row.Row);

        // First how long they are: where commands are repeated, a result is read whole before its first row is given.
        var lengths = await rows.Take(PageRows).Select(row => new { row.Row, Length = row.Columns == null ? 0 : row.Columns.Length }).ToListAsync(cancellationToken).ConfigureAwait(false);
        if (lengths.Count == 0)
        {
            return (null, 0);
        }

        var length = 0L;
        var last = lengths.TakeWhile(row => (length += row.Length) <= PageLength).LastOrDefault()?.Row ?? lengths[0].Row;
        var page = await rows.Where(row => row.Row <= last).ToListAsync(cancellationToken).ConfigureAwait(false);
        foreach (var row in page)
        {
            AppendRow(line, row.Line.ToString(CultureInfo.InvariantCulture), row.Reason, row.Columns);
        }

        return (last + 1, page.Count);
    }

    private static void AppendRow(StringBuilder line, string first, string second, string? columns)
    {
        Append(line, first);
        line.Append(',');
        Append(line, second);
        foreach (var column in columns is null ? [] : JsonSerializer.Deserialize(columns, ContactsJson.Default.StringArray)!)
        {
            line.Append(',');
            Append(line, column);
        }

        line.Append("\r\n");
    }

    private static void Append(StringBuilder line, string value)
    {
        // A spreadsheet runs what begins as a formula; an apostrophe makes it text.
        var protect = RejectedRowsFormat.NeedsGuard(value);
        if (!protect && value.AsSpan().IndexOfAny(NeedQuotes) < 0)
        {
            line.Append(value);
            return;
        }

        line.Append('"').Append(protect ? "'" : "").Append(value.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
    }
}
