namespace PushApp.Bench.Commands;

/// <summary>What one server of a delivery command is started for; within it, events in flight are varied.</summary>
/// <param name="Nodes">Nodes behind one broker.</param>
/// <param name="Connections">Streams of all nodes together.</param>
/// <param name="PayloadSize">Bytes of an event's data.</param>
internal readonly record struct DeliveryCase(int Nodes, int Connections, int PayloadSize)
{
    /// <summary>With one stream, what is measured is what an event costs before it is fanned out.</summary>
    public bool IsPathOnly => Connections == 1;
}
