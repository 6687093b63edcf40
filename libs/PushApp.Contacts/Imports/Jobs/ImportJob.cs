namespace PushApp.Contacts;

/// <summary>An import, which is its own place in the queue.</summary>
internal sealed class ImportJob
{
    /// <summary>The place in the queue.</summary>
    public long Number { get; init; }

    /// <summary>What the outside calls it.</summary>
    public Guid Id { get; init; }

    public required string Owner { get; init; }

    /// <summary>The channel its events go to.</summary>
    public required string Channel { get; init; }

    public ImportState State { get; set; }

    public required string FileName { get; init; }

    /// <summary>The name of the contact format that recognised the file.</summary>
    public required string Format { get; init; }

    public int Chunks { get; set; }

    public long BytesTotal { get; set; }

    public long BytesRead { get; set; }

    /// <summary>Records of the file that are dealt with: added + updated + unchanged + rejected. It is also the checkpoint from which the job resumes.</summary>
    public long Rows { get; set; }

    public long Added { get; set; }

    public long Updated { get; set; }

    public long Unchanged { get; set; }

    public long Rejected { get; set; }

    public long? RowsPerSecond { get; set; }

    public long? SecondsLeft { get; set; }

    public string? Error { get; set; }

    /// <summary>The header of the source, as a JSON array, for the download of rejected rows; null when it has none.</summary>
    public string? Header { get; set; }

    /// <summary>What its owner should know although it went well; null for nothing.</summary>
    public string? Notice { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the last chunk of the upload came, or the state last changed.</summary>
    public DateTimeOffset ChangedAt { get; set; }

    public DateTimeOffset? StartedAt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Set while running; whoever writes for the job must still hold it.</summary>
    public string? LeaseToken { get; set; }

    public DateTimeOffset? LeaseUntil { get; set; }

    /// <summary>Attempts that ended without progress.</summary>
    public int Attempts { get; set; }

    /// <summary>A queued job is not taken before this.</summary>
    public DateTimeOffset NotBefore { get; set; }

    /// <summary>W3C trace context of the request that started the import.</summary>
    public string? TraceParent { get; init; }

    /// <summary>Whether the uploaded bytes and the job's working rows have been removed.</summary>
    public bool Swept { get; set; }

    /// <summary>Adds a sentence to <see cref="Notice"/>, unless it is there, as after a resume.</summary>
    public void AddNotice(string sentence)
    {
        if (Notice is null)
        {
            Notice = sentence;
        }
        else if (!Notice.Contains(sentence, StringComparison.Ordinal))
        {
            Notice += " " + sentence;
        }
    }
}
