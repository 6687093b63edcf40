using System.Globalization;

namespace PushApp.Contacts;

/// <summary>What an ended import is called and said to be.</summary>
internal readonly record struct ImportAnnouncement(string EventName, string Title, string Text, string? Url)
{
    public static ImportAnnouncement Of(ImportJob job)
    {
        var url = $"/?import={job.Id}";
        return job.State switch
        {
            ImportState.Completed => new(ContactsEvents.ImportCompleted, "Import finished", $"{job.FileName}: {Counts(job)}.{(job.Notice is null ? "" : $" {job.Notice}")}", url),
            ImportState.Failed => new(ContactsEvents.ImportFailed, "Import failed", $"{job.FileName}: {job.Error}", url),
            ImportState.Cancelled => new(ContactsEvents.ImportCancelled, "Import cancelled", $"{job.FileName}: ended before it was done; {Counts(job)}.", url),
            _ => throw new ArgumentOutOfRangeException(nameof(job), job.State, "The import has not ended."),
        };
    }

    private static string Counts(ImportJob job) => string.Create(
        CultureInfo.InvariantCulture, $"{job.Added:N0} added, {job.Updated:N0} updated, {job.Unchanged:N0} unchanged, {job.Rejected:N0} rejected");
}
