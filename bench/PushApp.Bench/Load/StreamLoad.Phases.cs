using System.Diagnostics;
using PushApp.Bench.CommandLine;
using PushApp.Bench.Native;

namespace PushApp.Bench.Load;

/// <summary>The phases of load: events as fast as they are received, and events at a fixed rate.</summary>
internal abstract unsafe partial class StreamLoad
{
    private static readonly TimeSpan StallTimeout = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Keeps so many events in flight for a while, then waits until every connection has every event. The next event is published when the oldest one
    /// has reached all.
    /// </summary>
    /// <param name="duration">So long at least.</param>
    /// <param name="minEvents">So many events at least: with many connections and a slow server, a second holds few.</param>
    /// <param name="inFlight">Events under way at once. 1 to <see cref="EventWindow.Capacity"/>.</param>
    /// <param name="publish">Has the next event published.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public LoadPhase Run(TimeSpan duration, int minEvents, int inFlight, Action publish, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(inFlight, EventWindow.Capacity);
        var phase = new Phase(_events, capacity: 65_536);

        // Where deliveries come by the thousand: of one event to one connection, the way there and back is what is measured.
        _gathers = _listening >= 100 && (_recipients is null || inFlight > 1);
        for (var i = 0; i < inFlight; i++)
        {
            Publish(publish, phase.Now);
        }

        while (!_events.IsEmpty)
        {
            for (var completed = Step(phase, milliseconds: 100, cancellationToken); completed > 0; completed--)
            {
                if (phase.Elapsed < duration || _events.Published - phase.FirstCompleted < minEvents)
                {
                    Publish(publish, phase.Now);
                }
            }
        }

        _gathers = false;
        return phase.End(_events);
    }

    /// <summary>
    /// Publishes at a fixed rate for a while, whether or not the events before have arrived, then waits until every connection has every event. An event that had to wait because too many were under way
    /// counts from the time at which it was due, so that a server which falls behind does not hide it.
    /// </summary>
    /// <param name="duration">How long is published.</param>
    /// <param name="eventsPerSecond">How often.</param>
    /// <param name="latencies">Gets the time from each publish to each connection's having it.</param>
    /// <param name="publish">Has the next event published.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public LoadPhase RunAtRate(TimeSpan duration, double eventsPerSecond, LatencyHistogram latencies, Action publish, CancellationToken cancellationToken)
    {
        _latencies = latencies;
        var interval = Stopwatch.Frequency / eventsPerSecond;
        var events = (long)(duration.TotalSeconds * eventsPerSecond);
        var phase = new Phase(_events, (int)events);
        for (long sent = 0; sent < events || !_events.IsEmpty;)
        {
            var due = phase.Start + (long)(sent * interval);
            if (sent < events && phase.Now >= due && !_events.IsFull)
            {
                sent++;

                // A millisecond is what a wait may oversleep; more than that, it was kept waiting.
                Publish(publish, phase.Now - due < Stopwatch.Frequency / 500 ? phase.Now : due);
            }

            var next = phase.Start + (long)(sent * interval);
            Step(phase, sent < events ? (int)Math.Clamp((next - phase.Now) * 1000 / Stopwatch.Frequency, 0, 100) : 100, cancellationToken);
        }

        _latencies = null;
        return phase.End(_events);
    }

    private void Publish(Action publish, long now)
    {
        _events.Publish(now, _recipients is null ? _listening : 1);
        publish();
    }

    /// <summary>Reads what has come, and notes which events have reached everyone: how many.</summary>
    private int Step(Phase phase, int milliseconds, CancellationToken cancellationToken)
    {
        var before = _events.Deliveries;
        Poll(milliseconds, cancellationToken);
        phase.Now = Stopwatch.GetTimestamp();
        phase.ProgressAt = _events.Deliveries != before || _events.IsEmpty ? phase.Now : phase.ProgressAt;
        if (Stopwatch.GetElapsedTime(phase.ProgressAt, phase.Now) > StallTimeout)
        {
            throw Stalled();
        }

        var completed = 0;
        for (; _events.TryComplete(out var publishedAt); completed++)
        {
            phase.Completions.Add(new Completion(publishedAt, phase.Now));
        }

        return completed;
    }

    private BenchFailureException Stalled()
    {
        var sequence = _events.Completed + 1;
        int[] waiting = _recipients is null
            ? [.. Enumerable.Range(0, _listening).Where(index => _connections[index].Next <= sequence)]
            : [_recipients.Of(sequence)];
        return new BenchFailureException(
            $"Nothing arrived for {StallTimeout.TotalSeconds:0} s: event {sequence} of {_events.Published} is missing at {waiting.Length} of {_connections.Length} connections, as at connection {waiting.FirstOrDefault()}.");
    }

    /// <summary>A phase that is going on.</summary>
    private sealed class Phase(EventWindow events, int capacity)
    {
        private readonly long _cpu = CpuClock.OfThisThread();
        private readonly long _firstDelivery = events.Deliveries;

        public long Start { get; } = Stopwatch.GetTimestamp();

        public long FirstCompleted { get; } = events.Completed;

        public List<Completion> Completions { get; } = new(capacity);

        public long Now { get; set; } = Stopwatch.GetTimestamp();

        public long ProgressAt { get; set; } = Stopwatch.GetTimestamp();

        public TimeSpan Elapsed => Stopwatch.GetElapsedTime(Start, Now);

        public LoadPhase End(EventWindow now) => new(
            now.Completed - FirstCompleted, now.Deliveries - _firstDelivery, Elapsed.TotalSeconds, CpuClock.OfThisThread() - _cpu, Completions);
    }
}
