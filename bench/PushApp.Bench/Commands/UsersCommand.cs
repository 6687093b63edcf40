using PushApp.Bench.CommandLine;
using PushApp.Bench.Measuring;
using PushApp.Bench.Report;
using PushApp.Bench.Targets;

namespace PushApp.Bench.Commands;

/// <summary>Many users with a channel and a connection each, events to one of them at random: events per second, and what one costs.</summary>
internal static class UsersCommand
{
    private const int MaxInFlight = Load.EventWindow.Capacity;

    // With one delivery an event, all that an event passes is compiled for speed only after thousands of them: before, nearly half of the server's time was the compiler's, which is done after some 20 seconds.
    private const int WarmUpEvents = 100_000;
    private const int WarmUpSeconds = 30;

    public static BenchCommand Command { get; } = new(
        Suite.Users.Name,
        "Events to single users of many: events per second and CPU per event, beside peers.",
        [
            new("--users", "number", "Users, each with a connection. 10 to 100000. Default 10000."),
            new("--in-flight", "number", $"Events on their way at once. 1 to {MaxInFlight}. Default {MaxInFlight}."),
            new("--seconds", "number", "Length of one measurement. 1 to 60. Default 4."),
            new("--warm-up", "number", $"Seconds before each measurement of a server on .NET, a quarter of it before others, and at least {WarmUpEvents} events. 1 to 60. Default {WarmUpSeconds}."),
            CommonSwitches.Payload, .. CommonSwitches.OfComparison(Suite.Users),
        ],
        RunAsync);

    private static async Task<int> RunAsync(Arguments given, CancellationToken cancellationToken)
    {
        var arguments = given.Has("--quick") ? given.WithDefaults(("--rounds", "3"), ("--seconds", "2"), ("--warm-up", "4")) : given;
        var users = arguments.Number("--users", 10_000, 10, 100_000);
        var inFlight = arguments.Number("--in-flight", MaxInFlight, 1, MaxInFlight);
        var duration = CommonSwitches.ReadSeconds(arguments, "--seconds", 4);
        var warmUp = CommonSwitches.ReadSeconds(arguments, "--warm-up", WarmUpSeconds);
        using var comparison = await Comparison.BeginAsync(Suite.Users, arguments, cancellationToken);
        var samples = await comparison.MeasureAsync(
            [users],
            async (target, count) => (await DeliveryMeasurement.RunAsync(
                target, comparison.Settings with { Users = count }, count, [inFlight], warmUp, WarmUpEvents, duration, cancellationToken))[0],
            static (count, sample) => $"{count,6} users  {sample.EventsPerSecond,7:N0} events/s  server {sample.ServerMicrosecondsPerEvent,6:N1} µs, all {sample.AllMicrosecondsPerEvent,6:N1} µs");

        var medians = comparison.Targets.ToDictionary(target => target, target => DeliverySample.Median(samples[(target, users)]));
        var signalR = medians.FirstOrDefault(pair => pair.Key.Name == SocketTargets.SignalRName).Value;
        var spinning = medians.FirstOrDefault(pair => pair.Key.Name == UserTargets.SpinningSignalRName).Value;
        var table = new MarkdownTable(
            "who writes", "events/s", "server CPU µs/event", "× SignalR's events at equal server CPU", "× those as it comes", "broker CPU µs/event", "publisher CPU µs/event", "all CPU µs/event", "p50 ms", "p99 ms", "server busy", "load CPU µs/event");
        foreach (var (target, median) in medians)
        {
            table.Add(
                target.Title,
                Figure.Whole(median.EventsPerSecond),
                Figure.Tenths(median.ServerMicrosecondsPerEvent),
                Ratio(signalR, median),
                Ratio(spinning, median),
                Figure.Tenths(median.BrokerMicrosecondsPerEvent),
                Figure.Tenths(median.PublisherMicrosecondsPerEvent),
                Figure.Tenths(median.AllMicrosecondsPerEvent),
                Figure.Tenths(median.MedianCompletionMilliseconds),
                Figure.Tenths(median.SlowCompletionMilliseconds),
                Figure.Whole(median.ServerBusyPercent) + " %",
                Figure.Tenths(median.LoadMicrosecondsPerDelivery));
        }

        await comparison.WriteAsync(
            Suite.Users.Name,
            $"{Figure.Whole(users)} users with a channel and a connection each; each event, {comparison.Settings.PayloadSize} bytes of data, is for one of them at random, {inFlight} on their way at once, {duration.TotalSeconds:0} s after {warmUp.TotalSeconds:0} s ({DeliveryMeasurement.Shorter(warmUp).TotalSeconds:0.##} s on Node) and {Figure.Whole(WarmUpEvents)} events of warm-up. The server has a core to itself; load generator, publisher and broker share another, so that *events/s* is bounded by whichever of the two is full first. Every event was verified: at the right user, data, order, none missing, none doubled.",
            $"--users {users} --in-flight {inFlight} --payload {comparison.Settings.PayloadSize} --seconds {duration.TotalSeconds} --warm-up {warmUp.TotalSeconds}",
            table.ToString(),
            cancellationToken);
        return 0;
    }

    private static string Ratio(DeliverySample? other, DeliverySample sample) => other is null ? "" : Figure.Hundredths(other.ServerMicrosecondsPerEvent / sample.ServerMicrosecondsPerEvent);
}
