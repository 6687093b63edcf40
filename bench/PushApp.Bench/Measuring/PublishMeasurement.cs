using System.Diagnostics;
using PushApp.Bench.CommandLine;
using PushApp.Bench.Endurance;
using PushApp.Bench.Load;
using PushApp.Bench.Native;
using PushApp.Bench.Processes;
using PushApp.Bench.Targets;
using PushApp.Push;

namespace PushApp.Bench.Measuring;

/// <summary>Publishes from this process to a broker of its own on the other core, with one subscriber that verifies what comes.</summary>
internal sealed class PublishMeasurement
{
    private static readonly TimeSpan ArrivalTimeout = TimeSpan.FromSeconds(30);

    private readonly IPushPublisher _publisher;
    private readonly PublishCase _case;
    private readonly int _payloadSize;
    private readonly Lock _gate = new();
    private LatencyHistogram _latencies = new();
    private long _published;

    private PublishMeasurement(IPushPublisher publisher, PublishCase item, int payloadSize)
    {
        _publisher = publisher;
        _case = item;
        _payloadSize = payloadSize;
    }

    public static async Task<PublishSample> RunAsync(PublishCase item, TargetSettings settings, TimeSpan warmUp, TimeSpan duration, CancellationToken cancellationToken)
    {
        var onDisk = item.Way == PublishWay.LoggedOnDisk;
        await using var broker = await BrokerProcess.StartAsync(item.Broker, settings.ServerCore, onDisk, cancellationToken);
        await using var subscriber = Launch.Server("subscriber", settings, broker)(settings.LoadCore);
        using var arrivals = await ControlConnection.ConnectAsync((await ReadyLine.ReadAsync(subscriber, cancellationToken)).Control, cancellationToken);
        await using var client = await PushClient.StartAsync(
            broker.ConnectionString, push => push.Acknowledge = onDisk ? AcknowledgeMode.Disk : AcknowledgeMode.Memory, cancellationToken);

        var measurement = new PublishMeasurement(client.Publisher, item, settings.PayloadSize);
        await measurement.PublishAsync(warmUp, cancellationToken);
        measurement._latencies = new LatencyHistogram();
        var (publishedBefore, brokerCpu, ownCpu, start) = (measurement._published, CpuClock.OfProcess(broker.Id), CpuClock.OfProcess(Environment.ProcessId), Stopwatch.GetTimestamp());
        await measurement.PublishAsync(duration, cancellationToken);
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        brokerCpu = CpuClock.OfProcess(broker.Id) - brokerCpu;
        ownCpu = CpuClock.OfProcess(Environment.ProcessId) - ownCpu;

        await measurement.VerifyAsync(client.History, arrivals, cancellationToken);
        var published = (double)(measurement._published - publishedBefore);
        return new PublishSample(
            published / seconds, measurement._latencies.Percentile(50), measurement._latencies.Percentile(99), brokerCpu / 1000.0 / published, ownCpu / 1000.0 / published);
    }

    /// <summary>Keeps so many publishes under way until the time is over, then waits for those.</summary>
    private Task PublishAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        return Task.WhenAll(Enumerable.Range(0, _case.InFlight).Select(_ => Task.Run(PublishInTurnAsync, cancellationToken)));

        async Task PublishInTurnAsync()
        {
            var options = _case.Way == PublishWay.NotLogged ? PublishOptions.Ephemeral : null;
            for (var before = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start, before) < duration;)
            {
                await _publisher.PublishAsync(ChannelName.Broadcast, Payload.EventName, Payload.Create(Interlocked.Increment(ref _published), _payloadSize), options, cancellationToken);
                var after = Stopwatch.GetTimestamp();
                lock (_gate)
                {
                    _latencies.Add(Stopwatch.GetElapsedTime(before, after));
                }

                before = after;
            }
        }
    }

    /// <summary>Every event has arrived at the subscriber, once, and the log has counted as many.</summary>
    private async Task VerifyAsync(IChannelHistory history, ControlConnection arrivals, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        while (arrivals.Figures() is var figures && (figures.Fault is not null || figures.Published < _published))
        {
            if (figures.Fault is not null || Stopwatch.GetElapsedTime(start) > ArrivalTimeout)
            {
                throw new BenchFailureException($"{_case}: {figures.Published} of {_published} published events arrived; {figures.Fault ?? "the others are lost"}.");
            }

            await Task.Delay(20, cancellationToken);
        }

        if (_case.Way != PublishWay.NotLogged && (await history.ReadAsync(ChannelName.Broadcast, after: null, limit: 1, cancellationToken)).Head.Sequence is var head && head != _published)
        {
            throw new BenchFailureException($"{_case}: the log's newest event is number {head}, and {_published} were acknowledged.");
        }
    }
}
