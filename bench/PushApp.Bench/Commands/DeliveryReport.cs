using PushApp.Bench.Measuring;
using PushApp.Bench.Report;
using PushApp.Bench.Targets;

namespace PushApp.Bench.Commands;

/// <summary>The tables of a delivery command.</summary>
internal sealed class DeliveryReport(
    DeliveryPlan plan, IReadOnlyList<Target> targets, IReadOnlyDictionary<(Target Target, DeliveryCase Case), IReadOnlyList<IReadOnlyList<DeliverySample>>> samples)
{
    /// <summary>What is the same in all rows.</summary>
    public string Introduction => string.Join(", ", new[]
    {
        plan.Payloads.Count == 1 ? $"{plan.Payloads[0]} bytes of data per event" : null,
        plan.InFlight is [1] ? "one event in flight (the next is published when every connection has the previous one)"
            : plan.InFlight.Count == 1 ? $"{plan.InFlight[0]} events in flight"
            : "with several numbers of events in flight (the next is published when every connection has the oldest one)",
        plan.VariesNodes ? "so many connections, spread over the nodes behind one broker; *server* is all of them together, and where there are too few cores they share one" : null,
    }.Where(part => part is not null)) + ".";

    public string Tables() => plan.Command.Length == 0 && targets.Any(target => target.UsesBroker)
        ? $"""
            {Deliveries()}
            What an event costs each process where it travels through the broker, one in flight, deliveries included. With one connection that is the path to the node alone; for PushApp that is an atomic append to the log, pub/sub, and on the node one decode and one encode.

            {Events()}
            """
        : Deliveries().ToString();

    private MarkdownTable Deliveries()
    {
        // What is varied has a column of its own.
        var (showsNodes, showsPayload, showsFlight) = (plan.VariesNodes, plan.Payloads.Count > 1, plan.InFlight.Count > 1);
        var baseline = plan.VariesNodes ? $"× {plan.Nodes[0]} node" : targets[0].Name == SseTargets.FloorName ? "× floor" : "× first row";
        var table = new MarkdownTable(
        [
            "who writes", .. If(showsNodes, "nodes"), "connections", .. If(showsPayload, "bytes"), .. If(showsFlight, "in flight"),
            "deliveries/s", "server CPU µs/delivery", baseline, "allocated B/delivery", "p50 ms to all", "p99 ms to all", "server busy", "load CPU µs/delivery", "load busy",
        ]);
        foreach (var item in plan.Cases().Where(item => !item.IsPathOnly))
        {
            for (var flight = 0; flight < plan.InFlight.Count; flight++)
            {
                foreach (var target in targets.Where(target => samples.ContainsKey((target, item))))
                {
                    var median = Median(target, item, flight);
                    var first = plan.VariesNodes ? Median(target, item with { Nodes = plan.Nodes[0] }, flight) : Median(targets[0], item, flight);
                    table.Add(
                    [
                        target.Title,
                        .. If(showsNodes, Figure.Whole(item.Nodes)),
                        Figure.Whole(item.Connections),
                        .. If(showsPayload, Figure.Whole(item.PayloadSize)),
                        .. If(showsFlight, Figure.Whole(plan.InFlight[flight])),
                        Figure.Whole(median.DeliveriesPerSecond),
                        Figure.Hundredths(median.ServerMicrosecondsPerDelivery),
                        Figure.Hundredths(median.ServerMicrosecondsPerDelivery / first.ServerMicrosecondsPerDelivery),
                        target.Runtime != Runtime.DotNet ? "" : Figure.Tenths(median.AllocatedBytesPerDelivery),
                        Figure.Tenths(median.MedianCompletionMilliseconds),
                        Figure.Tenths(median.SlowCompletionMilliseconds),
                        Figure.Whole(median.ServerBusyPercent) + " %",
                        Figure.Hundredths(median.LoadMicrosecondsPerDelivery),
                        Figure.Whole(median.LoadBusyPercent) + " %",
                    ]);
                }
            }
        }

        return table;
    }

    private MarkdownTable Events()
    {
        var table = new MarkdownTable("who writes", "connections", "server CPU µs/event", "broker CPU µs/event", "publisher CPU µs/event");
        foreach (var item in plan.Cases())
        {
            foreach (var target in targets.Where(target => target.UsesBroker))
            {
                var median = Median(target, item, 0);
                table.Add(
                    target.Title,
                    Figure.Whole(item.Connections),
                    Figure.Whole(median.ServerMicrosecondsPerEvent),
                    Figure.Whole(median.BrokerMicrosecondsPerEvent),
                    Figure.Whole(median.PublisherMicrosecondsPerEvent));
            }
        }

        return table;
    }

    private DeliverySample Median(Target target, DeliveryCase item, int flight) => DeliverySample.Median([.. samples[(target, item)].Select(list => list[flight])]);

    private static IEnumerable<string> If(bool shown, string text) => shown ? [text] : [];
}
