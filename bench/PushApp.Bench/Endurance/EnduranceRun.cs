using System.Diagnostics;
using System.Globalization;
using PushApp.Bench.CommandLine;
using PushApp.Bench.Load;
using PushApp.Bench.Measuring;
using PushApp.Push;

namespace PushApp.Bench.Endurance;

/// <summary>Publishes by the library's own publisher and remembers what was acknowledged.</summary>
internal sealed class EnduranceRun(EnduranceSettings settings, IPushPublisher publisher, IChannelHistory history)
{
    // One page of history; busy channels are kept to this many.
    public const int Kept = 1000;

    private const string EventName = "tick";

    private readonly ChannelExpectation[] _busy = Channels("busy", settings.BusyChannels);
    private readonly ChannelExpectation[] _silent = Channels("silent", settings.QuietChannels / 2);
    private readonly ChannelExpectation[] _quiet = Channels("quiet", settings.QuietChannels - (settings.QuietChannels / 2));
    private readonly List<double> _milliseconds = [];
    private long _next;
    private long _published;

    public long Published => Volatile.Read(ref _published);

    public TimeSpan Elapsed { get; private set; }

    public double MedianMilliseconds => Statistics.Median(_milliseconds);

    public double SlowMilliseconds => _milliseconds.Order().ElementAtOrDefault((int)(_milliseconds.Count * 0.99));

    public async Task PublishAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(settings.Limit);
        var start = Stopwatch.GetTimestamp();
        try
        {
            for (var i = 0; i < 3; i++)
            {
                await PublishToAllAsync([.. _silent, .. _quiet], limit.Token);
            }

            await Task.WhenAll(Enumerable.Range(0, settings.Publishers).Select(_ => PublishBusyAsync(limit)));
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested && limit.IsCancellationRequested && Stopwatch.GetElapsedTime(start) >= settings.Limit)
        {
            throw new BenchFailureException($"Only {Published} of {settings.Events} events were published within {settings.Limit.TotalMinutes:0} minutes.", exception);
        }

        Elapsed = Stopwatch.GetElapsedTime(start);
    }

    /// <summary>Compares every channel's log with what was acknowledged.</summary>
    public async Task<IReadOnlyList<string>> FindFaultsAsync(CancellationToken cancellationToken)
    {
        var faults = new List<string>();
        foreach (var channel in _silent.Concat(_quiet).Concat(_busy))
        {
            if (await channel.FindFaultAsync(history, Kept, cancellationToken) is { } fault)
            {
                faults.Add(fault);
            }
        }

        return faults;
    }

    private async Task PublishBusyAsync(CancellationTokenSource limit)
    {
        try
        {
            while (Interlocked.Increment(ref _next) is var number && number <= settings.Events)
            {
                var start = Stopwatch.GetTimestamp();
                await PublishAsync(_busy[number % _busy.Length], number, limit.Token);
                if (number % 100 == 0)
                {
                    lock (_milliseconds)
                    {
                        _milliseconds.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                    }
                }

                Interlocked.Increment(ref _published);
                if (number % Math.Max(1, settings.Events / EnduranceSettings.Intervals) == 0)
                {
                    await PublishToAllAsync(_quiet, limit.Token);
                }
            }
        }
        catch
        {
            // The others need not go on for a run that failed.
            await limit.CancelAsync();
            throw;
        }
    }

    private async Task PublishToAllAsync(IEnumerable<ChannelExpectation> channels, CancellationToken cancellationToken)
    {
        foreach (var channel in channels)
        {
            await PublishAsync(channel, channel.Count + 1, cancellationToken);
        }
    }

    private async Task PublishAsync(ChannelExpectation channel, long number, CancellationToken cancellationToken)
    {
        var data = Payload.Create(number, settings.PayloadSize);
        var result = await publisher.PublishAsync(channel.Channel, EventName, data, options: null, cancellationToken);
        channel.Add(result.Position ?? throw new BenchFailureException($"A logged event on {channel.Channel} was acknowledged without a position."), data, Kept);
    }

    private static ChannelExpectation[] Channels(string name, int count) =>
        [.. Enumerable.Range(0, count).Select(i => new ChannelExpectation(ChannelName.Room(string.Create(CultureInfo.InvariantCulture, $"{name}-{i}"))))];
}
