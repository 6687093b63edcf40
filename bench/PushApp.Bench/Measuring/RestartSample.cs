using System.Diagnostics;
using PushApp.Bench.Load;

namespace PushApp.Bench.Measuring;

/// <summary>What a restart of the broker came to, for those who were connected.</summary>
/// <param name="AwaySeconds">From the broker's stop until it answered again.</param>
/// <param name="CatchUpSeconds">From then until every connection had every event that was published before; 0 where they had them already.</param>
/// <param name="Meanwhile">Events that were to be published while the broker was away.</param>
/// <param name="Events">Events of the whole run, each received by all, in order.</param>
internal sealed record RestartSample(double AwaySeconds, double CatchUpSeconds, double Meanwhile, double Events)
{
    /// <summary>Reads a run.</summary>
    /// <param name="completions">Its events.</param>
    /// <param name="stoppedAt">When the broker was told to stop.</param>
    /// <param name="answeredAt">When it answered again.</param>
    public static RestartSample From(IReadOnlyList<Completion> completions, long stoppedAt, long answeredAt)
    {
        var before = completions.Where(completion => completion.PublishedAt <= answeredAt).ToArray();
        var caughtUpAt = before.Append(new Completion(stoppedAt, answeredAt)).Max(completion => completion.CompletedAt);
        return new RestartSample(
            Stopwatch.GetElapsedTime(stoppedAt, answeredAt).TotalSeconds,
            Stopwatch.GetElapsedTime(answeredAt, caughtUpAt).TotalSeconds,
            before.Count(completion => completion.PublishedAt >= stoppedAt),
            completions.Count);
    }

    /// <summary>The median of each figure by itself.</summary>
    public static RestartSample Median(IReadOnlyList<RestartSample> samples) => new(
        Statistics.Median(samples, sample => sample.AwaySeconds),
        Statistics.Median(samples, sample => sample.CatchUpSeconds),
        Statistics.Median(samples, sample => sample.Meanwhile),
        Statistics.Median(samples, sample => sample.Events));
}
