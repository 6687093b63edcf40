using PushApp.Bench.Load;
using PushApp.Bench.Targets;

namespace PushApp.Bench.Measuring;

/// <summary>One round of one server with one number of connections.</summary>
internal sealed record DeliverySample
{
    public required double DeliveriesPerSecond { get; init; }

    public required double ServerMicrosecondsPerDelivery { get; init; }

    public required double LoadMicrosecondsPerDelivery { get; init; }

    /// <summary>Managed bytes that the server allocated per delivery; 0 for one that has no managed memory.</summary>
    public required double AllocatedBytesPerDelivery { get; init; }

    public required double ServerMicrosecondsPerEvent { get; init; }

    public required double BrokerMicrosecondsPerEvent { get; init; }

    public required double PublisherMicrosecondsPerEvent { get; init; }

    /// <summary>From the publish until the last connection had the event.</summary>
    public required double MedianCompletionMilliseconds { get; init; }

    public required double SlowCompletionMilliseconds { get; init; }

    /// <summary>Of the one core that it has.</summary>
    public required double ServerBusyPercent { get; init; }

    public required double LoadBusyPercent { get; init; }

    public required long Events { get; init; }

    /// <summary>CPU of server, broker and publisher together.</summary>
    public double AllMicrosecondsPerEvent => ServerMicrosecondsPerEvent + BrokerMicrosecondsPerEvent + PublisherMicrosecondsPerEvent;

    public required double EventsPerSecond { get; init; }

    /// <summary>What a phase of load cost.</summary>
    public static DeliverySample From(LoadPhase phase, TargetReading before, TargetReading after)
    {
        var server = (after.ServerCpu - before.ServerCpu) / 1000.0;
        var completions = phase.CompletionPercentiles(50, 99);
        return new DeliverySample
        {
            DeliveriesPerSecond = phase.Deliveries / phase.ElapsedSeconds,
            ServerMicrosecondsPerDelivery = server / phase.Deliveries,
            LoadMicrosecondsPerDelivery = phase.CpuNanoseconds / 1000.0 / phase.Deliveries,
            AllocatedBytesPerDelivery = (after.Figures.AllocatedBytes - before.Figures.AllocatedBytes) / (double)phase.Deliveries,
            ServerMicrosecondsPerEvent = server / phase.Events,
            BrokerMicrosecondsPerEvent = (after.BrokerCpu - before.BrokerCpu) / 1000.0 / phase.Events,
            PublisherMicrosecondsPerEvent = (after.PublisherCpu - before.PublisherCpu) / 1000.0 / phase.Events,
            MedianCompletionMilliseconds = completions[0],
            SlowCompletionMilliseconds = completions[1],
            ServerBusyPercent = server / 1e4 / phase.ElapsedSeconds,
            LoadBusyPercent = phase.CpuNanoseconds / 1e7 / phase.ElapsedSeconds,
            Events = phase.Events,
            EventsPerSecond = phase.Events / phase.ElapsedSeconds,
        };
    }

    /// <summary>The median of each figure by itself.</summary>
    public static DeliverySample Median(IReadOnlyList<DeliverySample> samples)
    {
        return new DeliverySample
        {
            DeliveriesPerSecond = Of(sample => sample.DeliveriesPerSecond),
            ServerMicrosecondsPerDelivery = Of(sample => sample.ServerMicrosecondsPerDelivery),
            LoadMicrosecondsPerDelivery = Of(sample => sample.LoadMicrosecondsPerDelivery),
            AllocatedBytesPerDelivery = Of(sample => sample.AllocatedBytesPerDelivery),
            ServerMicrosecondsPerEvent = Of(sample => sample.ServerMicrosecondsPerEvent),
            BrokerMicrosecondsPerEvent = Of(sample => sample.BrokerMicrosecondsPerEvent),
            PublisherMicrosecondsPerEvent = Of(sample => sample.PublisherMicrosecondsPerEvent),
            MedianCompletionMilliseconds = Of(sample => sample.MedianCompletionMilliseconds),
            SlowCompletionMilliseconds = Of(sample => sample.SlowCompletionMilliseconds),
            ServerBusyPercent = Of(sample => sample.ServerBusyPercent),
            LoadBusyPercent = Of(sample => sample.LoadBusyPercent),
            Events = (long)Of(sample => sample.Events),
            EventsPerSecond = Of(sample => sample.EventsPerSecond),
        };

        double Of(Func<DeliverySample, double> figure) => Statistics.Median(samples, figure);
    }
}
