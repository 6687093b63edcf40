namespace PushApp.Contacts;

/// <summary>Everything that can be set about imports; section <c>Imports</c> of the configuration. Validated at start.</summary>
public sealed class ImportOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Imports";

    /// <summary>The largest file, in bytes. 1 to 2 GiB. <value>Default 100 MiB.</value></summary>
    public long MaxFileBytes { get; set; } = 100L * 1024 * 1024;

    /// <summary>Imports that one user may have under way, uploads included. 1 to 1,000. <value>Default 20.</value></summary>
    public int MaxActivePerUser { get; set; } = 20;

    /// <summary>An upload of which nothing came for so long is removed. 10 s to 1 day. <value>Default 5 min.</value></summary>
    public TimeSpan UploadTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a worker that died keeps its job. 1 s to 10 min. <value>Default 10 s.</value></summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a worker looks for jobs when nobody wakes it. 100 ms to 1 min. <value>Default 2 s.</value></summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Imports that one worker process runs at a time. 1 to 64. <value>Default 2.</value></summary>
    public int Concurrency { get; set; } = 2;

    /// <summary>Records to a transaction: fewer are slower, more keep other writers waiting longer. 1 to 100,000. <value>Default 5,000.</value></summary>
    public int BatchSize { get; set; } = 5000;

    /// <summary>How often an import that makes no progress is tried before it fails. 1 to 100. <value>Default 5.</value></summary>
    public int MaxAttempts { get; set; } = 5;

    /// <summary>The wait before the second attempt; it doubles with each further one, up to a minute. 0 to 1 min. <value>Default 1 s.</value></summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Rejected rows of an import that are kept for download; further ones are only counted. 0 to 10,000,000. <value>Default 100,000.</value></summary>
    public int MaxRejectedRows { get; set; } = 100_000;

    /// <summary>How long an ended import is kept, with its rejected rows; the contacts stay; and a notification. 1 h to 3,650 days. <value>Default 90 days.</value></summary>
    public TimeSpan KeepFor { get; set; } = TimeSpan.FromDays(90);

    /// <summary>Imports of one user that are kept; the oldest ended ones beyond are removed, with their rejected rows; and so many notifications. 1 to 100,000. <value>Default 1,000.</value></summary>
    public int MaxKeptPerUser { get; set; } = 1000;

    /// <summary>The shortest time between two progress events of an import. 100 ms to 1 min. <value>Default 200 ms.</value></summary>
    public TimeSpan ProgressInterval { get; set; } = TimeSpan.FromMilliseconds(200);
}
