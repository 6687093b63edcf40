namespace PushApp.Contacts;

/// <summary>A record that was not taken in.</summary>
internal sealed class RejectedRow
{
    public long JobNumber { get; init; }

    /// <summary>The record's number in the file, from 0.</summary>
    public long Row { get; init; }

    /// <summary>The line on which the record begins, from 1.</summary>
    public long Line { get; init; }

    public required string Reason { get; init; }

    /// <summary>The record's columns as the file has them, as a JSON array.</summary>
    public required string Columns { get; init; }
}
