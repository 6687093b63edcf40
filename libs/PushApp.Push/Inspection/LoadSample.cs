namespace PushApp.Push.Inspection;

/// <summary>A node's load over one interval (<see cref="InspectionOptions.SampleInterval"/>).</summary>
/// <param name="Time">Its end.</param>
/// <param name="Connections">Open connections at that time.</param>
/// <param name="Published">Events published, a second.</param>
/// <param name="Received">Events received from the broker, a second.</param>
/// <param name="Deliveries">Events written to connections, a second.</param>
/// <param name="Bytes">Bytes written to connections, a second.</param>
/// <param name="Processor">Share of all the machine's processors that the process used, from 0 to 1.</param>
/// <param name="Median">Half of the events were written after so long from their publish, in milliseconds; null where there were none.</param>
/// <param name="P95">The same for 95 %.</param>
/// <param name="P99">The same for 99 %.</param>
public sealed record LoadSample(
    DateTimeOffset Time,
    int Connections,
    double Published,
    double Received,
    double Deliveries,
    double Bytes,
    double Processor,
    double? Median,
    double? P95,
    double? P99);
