using System.Globalization;
using PushApp.Bench.Measuring;
using PushApp.Bench.Report;
using PushApp.Bench.Targets;

namespace PushApp.Bench.Commands;

/// <summary>The tables of a delivery command.</summary>
internal static class DeliveryReport
{
    public static async Task<string> CreateAsync(
        Suite suite,
        Dictionary<(Target Target, int Connections), DeliverySample> medians,
        IReadOnlyList<Target> targets,
        IReadOnlyList<int> connections,
        TargetSettings settings,
        int inFlight,
        int rounds,
        TimeSpan duration,
        TimeSpan warmUp,
        CancellationToken cancellationToken)
    {
        var hasFloor = targets.Any(target => target.Name == SseTargets.FloorName);
        var deliveries = new MarkdownTable(
            "who writes", "connections", "deliveries/s", "server CPU µs/delivery", hasFloor ? "× floor" : "× first row", "allocated B/delivery", "p50 ms to all", "p99 ms to all", "server busy", "load CPU µs/delivery", "load busy");
        var events = new MarkdownTable("who writes", "connections", "server CPU µs/event", "broker CPU µs/event", "publisher CPU µs/event");
        foreach (var count in connections)
        {
            // The floor where it is among them: it stands first.
            var first = medians[(targets[0], count)];
            foreach (var target in targets)
            {
                var median = medians[(target, count)];
                deliveries.Add(
                    target.Title,
                    Figure.Whole(count),
                    Figure.Whole(median.DeliveriesPerSecond),
                    Figure.Hundredths(median.ServerMicrosecondsPerDelivery),
                    Figure.Hundredths(median.ServerMicrosecondsPerDelivery / first.ServerMicrosecondsPerDelivery),
                    target.Runtime != Runtime.DotNet ? "" : Figure.Tenths(median.AllocatedBytesPerDelivery),
                    Figure.Tenths(median.MedianCompletionMilliseconds),
                    Figure.Tenths(median.SlowCompletionMilliseconds),
                    Figure.Whole(median.ServerBusyPercent) + " %",
                    Figure.Hundredths(median.LoadMicrosecondsPerDelivery),
                    Figure.Whole(median.LoadBusyPercent) + " %");
            }
        }

        foreach (var count in (int[])[DeliveryCommand.PathOnly, .. connections])
        {
            foreach (var target in targets.Where(target => target.UsesBroker))
            {
                var median = medians[(target, count)];
                events.Add(
                    target.Title,
                    Figure.Whole(count),
                    Figure.Whole(median.ServerMicrosecondsPerEvent),
                    Figure.Whole(median.BrokerMicrosecondsPerEvent),
                    Figure.Whole(median.PublisherMicrosecondsPerEvent));
            }
        }

        var facts = await MachineFacts.DescribeAsync(targets, settings, cancellationToken);
        var command = string.Create(
            CultureInfo.InvariantCulture,
            $"dotnet run -c Release --project bench/PushApp.Bench -- {suite.DeliveryCommand} --connections {string.Join(',', connections)} --in-flight {inFlight} --payload {settings.PayloadSize} --rounds {rounds} --seconds {duration.TotalSeconds} --warm-up {warmUp.TotalSeconds} {settings.Switches(targets)}");
        var flight = inFlight == 1 ? "one event in flight (the next is published when every connection has the previous one)" : $"{inFlight} events in flight";
        return $"""
            {suite.Title}, {settings.PayloadSize} bytes of data per event, {flight}. Medians of {rounds} interleaved rounds of {duration.TotalSeconds:0} s after {warmUp.TotalSeconds:0} s of warm-up, each with processes of its own. The server has a core to itself; load generator, publisher and broker share another. Every client's events were verified: data, order, none missing, none doubled.

            {facts}

                {command}

            {deliveries}
            {(targets.Any(target => target.UsesBroker) ? $"What an event costs each process where it travels through the broker, deliveries included. With one connection that is the path to the node alone; for PushApp that is an atomic append to the log, pub/sub, and on the node one decode and one encode.\n\n{events}" : "")}
            """;
    }
}
