namespace PushApp.Contacts;

/// <summary>
/// Which single fields of a contact a job has seen a value for. Within one job the first value wins, also across batches and after a crash;
/// without this the second of two differing rows would win when the file is imported again.
/// </summary>
internal sealed class ImportTouch
{
    public long JobNumber { get; init; }

    public long ContactId { get; init; }

    /// <summary>Bit n stands for <see cref="ContactField"/> n.</summary>
    public long Fields { get; init; }
}
