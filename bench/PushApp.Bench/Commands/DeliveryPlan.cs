using PushApp.Bench.CommandLine;

namespace PushApp.Bench.Commands;

/// <summary>What a delivery command varies.</summary>
/// <param name="Command">Its name, without the suite's.</param>
/// <param name="Summary">What it asks, as <c>--help</c> says it.</param>
/// <param name="Connections">Streams of all nodes together.</param>
/// <param name="InFlight">Events on their way at once.</param>
/// <param name="Payloads">Bytes of an event's data.</param>
/// <param name="Nodes">Nodes behind one broker.</param>
internal sealed record DeliveryPlan(
    string Command, string Summary, IReadOnlyList<int> Connections, IReadOnlyList<int> InFlight, IReadOnlyList<int> Payloads, IReadOnlyList<int> Nodes)
{
    /// <summary>By then .NET's compiler has done its work.</summary>
    public const int WarmUpSeconds = 16;

    /// <summary>The main table.</summary>
    public static DeliveryPlan Main { get; } = new("", "Deliveries per second and server CPU per delivery", [1000, 5000, 10_000], [1, 4], [120], [1]);

    /// <summary>Where each delivery is a request and its answer.</summary>
    public static DeliveryPlan OfRequests { get; } = Main with { Connections = [1000, 5000] };

    public static DeliveryPlan PayloadSizes { get; } = new("payloads", "The same with small and with large events", [1000], [1], [64, 120, 10 * 1024], [1]);

    public static DeliveryPlan NodeCounts { get; } = new("nodes", "The same with one, two and four nodes behind one broker", [8000], [1], [120], [1, 2, 4]);

    /// <summary>Whether what is varied includes the nodes: then a row is compared with its own server alone, else with the first server.</summary>
    public bool VariesNodes => Nodes.Count > 1;

    public IReadOnlyList<Switch> Switches =>
    [
        new("--connections", "numbers", $"Streams of all nodes together, separated by commas. 2 to 100000 each. Default {List(Connections)}."),
        new("--in-flight", "numbers", $"Events on their way at once, separated by commas. 1 to 64 each; 1 is the next when all have the previous. Default {List(InFlight)}."),
        new("--payload", "numbers", $"Bytes of an event's data, separated by commas. 12 to 65536 each. Default {List(Payloads)}."),
        new("--nodes", "numbers", $"Nodes behind one broker, separated by commas. 1 to 16 each. Default {List(Nodes)}."),
        new("--seconds", "number", "Length of one measurement. 1 to 60. Default 4."),
        new("--warm-up", "number", $"Seconds before the first measurement of a server on .NET, for each node; a quarter of it before others. 1 to 60. Default {WarmUpSeconds}: by then .NET's compiler has done its work."),
    ];

    /// <summary>The plan with what the switches say.</summary>
    public DeliveryPlan With(Arguments arguments) => this with
    {
        Connections = arguments.Numbers("--connections", Connections, 2, 100_000),
        InFlight = arguments.Numbers("--in-flight", InFlight, 1, Load.EventWindow.Capacity),
        Payloads = arguments.Numbers("--payload", Payloads, Load.Payload.MinSize, Load.Payload.MaxSize),
        Nodes = arguments.Numbers("--nodes", Nodes, 1, 16),
    };

    /// <summary>All that is measured; for the main table, the way of an event to one stream too.</summary>
    public IReadOnlyList<DeliveryCase> Cases()
    {
        var cases = from nodes in Nodes from connections in Connections from payload in Payloads select new DeliveryCase(nodes, connections, payload);
        return Command.Length == 0 ? [new DeliveryCase(1, 1, Payloads[0]), .. cases] : [.. cases];
    }

    /// <summary>The switches that make the same choice again.</summary>
    public override string ToString() => $"--connections {List(Connections)} --in-flight {List(InFlight)} --payload {List(Payloads)} --nodes {List(Nodes)}";

    private static string List(IReadOnlyList<int> numbers) => string.Join(',', numbers);
}
