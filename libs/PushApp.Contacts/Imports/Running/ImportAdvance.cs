namespace PushApp.Contacts;

/// <summary>A step of a job's checkpoint, and what must hold for it.</summary>
/// <param name="Job">The job, with the lease that the caller took it with.</param>
/// <param name="FirstRow">The checkpoint that the step begins at.</param>
/// <param name="Counts">What became of the step's records.</param>
/// <param name="BytesRead">How far the file was read.</param>
/// <param name="RowsPerSecond">How fast it goes.</param>
/// <param name="SecondsLeft">How long it may take.</param>
/// <param name="Now">When; the lease must last longer.</param>
/// <param name="LeaseUntil">How long the lease lasts from now on.</param>
internal sealed record ImportAdvance(
    ImportJob Job, long FirstRow, ImportCounts Counts, long BytesRead, long? RowsPerSecond, long? SecondsLeft, DateTimeOffset Now, DateTimeOffset LeaseUntil);
