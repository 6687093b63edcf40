namespace PushApp.Contacts;

/// <summary>Where an import stands. The last three are final.</summary>
public enum ImportState
{
    /// <summary>The file is on its way into the database.</summary>
    Uploading,

    /// <summary>The file is complete and waits for a worker, for the first time or again.</summary>
    Queued,

    /// <summary>A worker holds the job's lease.</summary>
    Running,

    /// <summary>Every record of the file was taken in or rejected.</summary>
    Completed,

    /// <summary>Given up; the error says why.</summary>
    Failed,

    /// <summary>Ended by its owner. What was stored by then stays.</summary>
    Cancelled,
}
