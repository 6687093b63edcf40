using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace PushApp.Push.Api;

/// <summary>
/// A token bucket per user and API key, on this node: <see cref="PublishLimitOptions.Burst"/> at once, <see cref="PublishLimitOptions.PerSecond"/> over time.
/// No timer: a bucket is filled by the clock when it is asked, and forgotten once it is full again.
/// </summary>
internal sealed class PublishRateLimiter(IOptions<PushOptions> options, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Bucket> _buckets = new(StringComparer.Ordinal);
    private readonly PublishLimitOptions _limits = options.Value.PublishLimits;
    private long _sweptAt = time.GetTimestamp();

    /// <summary>Takes a token. False with the time until there is one.</summary>
    public bool TryAcquire(string publisher, out TimeSpan retryAfter)
    {
        var now = time.GetTimestamp();
        Sweep(now);
        while (true)
        {
            var bucket = _buckets.GetOrAdd(publisher, static (_, state) => new Bucket(state.Burst, state.now), (_limits.Burst, now));
            lock (bucket)
            {
                if (bucket.Forgotten)
                {
                    continue;
                }

                Fill(bucket, now);
                if (bucket.Tokens >= 1)
                {
                    bucket.Tokens--;
                    retryAfter = TimeSpan.Zero;
                    return true;
                }

                retryAfter = TimeSpan.FromSeconds((1 - bucket.Tokens) / _limits.PerSecond);
                return false;
            }
        }
    }

    internal int Count => _buckets.Count;

    private void Fill(Bucket bucket, long now)
    {
        var elapsed = time.GetElapsedTime(bucket.FilledAt, now);
        if (elapsed > TimeSpan.Zero)
        {
            bucket.Tokens = Math.Min(_limits.Burst, bucket.Tokens + (elapsed.TotalSeconds * _limits.PerSecond));
            bucket.FilledAt = now;
        }
    }

    /// <summary>At most once a minute, by whoever comes along.</summary>
    private void Sweep(long now)
    {
        var sweptAt = Volatile.Read(ref _sweptAt);
        if (time.GetElapsedTime(sweptAt, now) < TimeSpan.FromMinutes(1) || Interlocked.CompareExchange(ref _sweptAt, now, sweptAt) != sweptAt)
        {
            return;
        }

        foreach (var (publisher, bucket) in _buckets)
        {
            lock (bucket)
            {
                Fill(bucket, now);
                if (bucket.Tokens >= _limits.Burst)
                {
                    bucket.Forgotten = true;
                    _buckets.TryRemove(publisher, out _);
                }
            }
        }
    }

    private sealed class Bucket(double tokens, long filledAt)
    {
        public double Tokens { get; set; } = tokens;

        public long FilledAt { get; set; } = filledAt;

        public bool Forgotten { get; set; }
    }
}
