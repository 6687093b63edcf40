namespace PushApp.Contacts;

/// <summary>Records that are stored together.</summary>
internal sealed class ImportBatch
{
    /// <summary>The number of the first record in the file, from 0: the checkpoint that the batch continues from.</summary>
    public required long FirstRow { get; init; }

    public List<ContactDraft> Contacts { get; } = [];

    public List<(long Row, ContactRecord Record)> Rejected { get; } = [];

    public int Rows => Contacts.Count + Rejected.Count;

    /// <summary>How far the file had been read.</summary>
    public long BytesRead { get; set; }
}
