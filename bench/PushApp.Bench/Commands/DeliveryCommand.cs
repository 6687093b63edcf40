using PushApp.Bench.CommandLine;
using PushApp.Bench.Measuring;
using PushApp.Bench.Targets;

namespace PushApp.Bench.Commands;

/// <summary>Deliveries per second and CPU per delivery, each server beside the others in one run.</summary>
internal static class DeliveryCommand
{
    private static readonly int[] OneInFlight = [1];

    // Thousands of events go to one stream in this time.
    private static readonly TimeSpan PathDuration = TimeSpan.FromSeconds(2);

    public static BenchCommand For(Suite suite, DeliveryPlan plan) => new(
        Name(suite, plan),
        $"{plan.Summary} over {suite.Title}, beside peers.",
        [.. plan.Switches, .. CommonSwitches.OfComparison(suite)],
        (arguments, cancellationToken) => RunAsync(suite, plan, arguments, cancellationToken));

    /// <summary>The command, and its section of the document.</summary>
    private static string Name(Suite suite, DeliveryPlan plan) => plan.Command.Length == 0 ? suite.Name : suite.Named(plan.Command);

    private static async Task<int> RunAsync(Suite suite, DeliveryPlan given, Arguments switches, CancellationToken cancellationToken)
    {
        var arguments = switches.Has("--quick")
            ? switches.WithDefaults(("--rounds", "3"), ("--seconds", "2"), ("--warm-up", "1"), ("--connections", string.Join(',', given.Connections.Take(2))))
            : switches;
        var plan = given.With(arguments);
        var duration = CommonSwitches.ReadSeconds(arguments, "--seconds", 4);
        var warmUp = CommonSwitches.ReadSeconds(arguments, "--warm-up", DeliveryPlan.WarmUpSeconds);
        using var comparison = await Comparison.BeginAsync(
            suite, arguments, cancellationToken, plan.Payloads[0], takesPart: target => target.UsesBroker || plan.Nodes is [1]);

        var samples = await comparison.MeasureAsync(
            plan.Cases(),
            (target, item) => DeliveryMeasurement.RunAsync(
                target,
                comparison.Settings with { Nodes = item.Nodes, PayloadSize = item.PayloadSize },
                item.Connections,
                item.IsPathOnly ? OneInFlight : plan.InFlight,
                warmUp * item.Nodes,
                DeliveryMeasurement.WarmUpEvents,
                item.IsPathOnly && duration > PathDuration ? PathDuration : duration,
                cancellationToken),
            static (item, list) => string.Join("; ", list.Select(sample =>
                $"{item.Nodes} × {item.Connections,6} connections {sample.DeliveriesPerSecond,9:N0}/s  server {sample.ServerMicrosecondsPerDelivery,6:N2} µs  load {sample.LoadMicrosecondsPerDelivery,5:N2} µs  {sample.Events} events")),
            static (target, item) => target.UsesBroker || !item.IsPathOnly);

        var report = new DeliveryReport(plan, comparison.Targets, samples);
        await comparison.WriteAsync(
            Name(suite, plan),
            $"{suite.Title}, {report.Introduction} Each measurement took {duration.TotalSeconds:0} s after {warmUp.TotalSeconds:0} s of warm-up{(plan.VariesNodes ? " for each node" : "")} ({DeliveryMeasurement.Shorter(warmUp).TotalSeconds:0.##} s where nothing is compiled while it runs{(plan.InFlight.Count > 1 ? ", and before the same server's second measurement" : "")}). The server has a core to itself; load generator, publisher and broker share another. Every client's events were verified: data, order, none missing, none doubled.",
            $"{plan} --seconds {duration.TotalSeconds} --warm-up {warmUp.TotalSeconds}",
            report.Tables(),
            cancellationToken);
        return 0;
    }
}
