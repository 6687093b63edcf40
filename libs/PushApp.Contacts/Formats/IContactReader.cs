namespace PushApp.Contacts;

/// <summary>Reads records one after the other, in memory that does not grow with the file. The same text gives the same records, so that a job can resume by their number.</summary>
internal interface IContactReader : IDisposable
{
    /// <summary>The names of the columns of rejected records.</summary>
    string[] Header { get; }

    /// <summary>What of the file is not read, and what to do, for its owner; null when there is nothing to say.</summary>
    string? Notice { get; }

    /// <summary>Reads the next record; false at the end.</summary>
    /// <exception cref="ContactFileException">The file cannot be read on.</exception>
    bool TryRead(out ContactRecord record);
}
