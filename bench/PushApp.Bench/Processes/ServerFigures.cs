namespace PushApp.Bench.Processes;

/// <summary>What a process under test says of itself; what it does not know is 0.</summary>
/// <param name="Connections">Streams that would get an event published now.</param>
/// <param name="AllocatedBytes">Managed allocations since its start.</param>
/// <param name="HeapBytes">Managed memory in use, as of the last collection or now.</param>
/// <param name="Collections">Garbage collections since its start.</param>
/// <param name="Published">Events published by this process.</param>
/// <param name="Fault">Why publishing failed; null while it did not.</param>
internal sealed record ServerFigures(
    int Connections = 0, long AllocatedBytes = 0, long HeapBytes = 0, int Collections = 0, long Published = 0, string? Fault = null);
