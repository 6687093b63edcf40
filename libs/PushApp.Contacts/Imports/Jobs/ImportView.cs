using System.Text.Json;

namespace PushApp.Contacts;

/// <summary>An import as the API and the events show it; docs/events.md.</summary>
/// <param name="Id">Its id.</param>
/// <param name="State">Its state's name.</param>
/// <param name="FileName">What the file was called.</param>
/// <param name="BytesRead">How much of the file is dealt with.</param>
/// <param name="BytesTotal">The file's size.</param>
/// <param name="Rows">Records dealt with: the sum of the next four.</param>
/// <param name="Added">Records that became new contacts.</param>
/// <param name="Updated">Records that changed a contact.</param>
/// <param name="Unchanged">Records that brought nothing new.</param>
/// <param name="Rejected">Records that could not be taken in.</param>
/// <param name="RowsPerSecond">The rate; null when unknown.</param>
/// <param name="SecondsLeft">An estimate; null when unknown.</param>
/// <param name="Error">Why it failed, and what to do; null when it did not.</param>
/// <param name="Notice">What was not read or not kept, and what to do; null for nothing.</param>
/// <param name="Created">When its upload began.</param>
/// <param name="Ended">When it ended; null while it has not.</param>
public sealed record ImportView(
    Guid Id,
    string State,
    string FileName,
    long BytesRead,
    long BytesTotal,
    long Rows,
    long Added,
    long Updated,
    long Unchanged,
    long Rejected,
    long? RowsPerSecond,
    long? SecondsLeft,
    string? Error,
    string? Notice,
    DateTime Created,
    DateTime? Ended)
{
    internal static ImportView Of(ImportJob job) => new(
        job.Id,
        job.State.ToText(),
        job.FileName,
        job.BytesRead,
        job.BytesTotal,
        job.Rows,
        job.Added,
        job.Updated,
        job.Unchanged,
        job.Rejected,
        job.RowsPerSecond,
        job.SecondsLeft,
        job.Error,
        job.Notice,
        ToMilliseconds(job.CreatedAt),
        job.EndedAt is { } ended ? ToMilliseconds(ended) : null);

    // A database keeps less of a time than this process has, and an event is to say the same as the answer that is read from there.
    private static DateTime ToMilliseconds(DateTimeOffset time) => DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds()).UtcDateTime;

    internal string ToJson() => JsonSerializer.Serialize(this, ContactsJson.Default.ImportView);
}
