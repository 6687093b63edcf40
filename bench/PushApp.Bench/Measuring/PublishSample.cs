using PushApp.Bench.Processes;

namespace PushApp.Bench.Measuring;

/// <summary>A way to publish.</summary>
/// <param name="Broker">To which broker.</param>
/// <param name="Way">What "published" means.</param>
/// <param name="InFlight">Publishes under way at once.</param>
internal readonly record struct PublishCase(BrokerKind Broker, PublishWay Way, int InFlight);

/// <summary>What "published" means.</summary>
internal enum PublishWay
{
    /// <summary>Sent to whoever listens now; no log.</summary>
    NotLogged,

    /// <summary>Logged, in the broker's memory.</summary>
    LoggedInMemory,

    /// <summary>Logged, and on the broker's disk.</summary>
    LoggedOnDisk,
}

/// <summary>One round of publishing.</summary>
/// <param name="PerSecond">Acknowledged publishes a second.</param>
/// <param name="MedianMilliseconds">From the call until it is acknowledged.</param>
/// <param name="SlowMilliseconds">The same, 99 of 100.</param>
/// <param name="BrokerMicroseconds">CPU of the broker per publish.</param>
/// <param name="PublisherMicroseconds">CPU of the publishing process per publish.</param>
internal sealed record PublishSample(double PerSecond, double MedianMilliseconds, double SlowMilliseconds, double BrokerMicroseconds, double PublisherMicroseconds)
{
    /// <summary>The median of each figure by itself.</summary>
    public static PublishSample Median(IReadOnlyList<PublishSample> samples)
    {
        return new PublishSample(
            Of(sample => sample.PerSecond), Of(sample => sample.MedianMilliseconds), Of(sample => sample.SlowMilliseconds), Of(sample => sample.BrokerMicroseconds), Of(sample => sample.PublisherMicroseconds));

        double Of(Func<PublishSample, double> figure) => Statistics.Median(samples, figure);
    }
}
