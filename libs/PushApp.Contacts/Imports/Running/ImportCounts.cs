namespace PushApp.Contacts;

/// <summary>How records counted.</summary>
internal readonly record struct ImportCounts(long Added, long Updated, long Unchanged, long Rejected)
{
    public long Rows => Added + Updated + Unchanged + Rejected;
}
