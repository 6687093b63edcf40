using System.Threading.RateLimiting;

namespace PushApp.Web.Accounts;

/// <summary>Counts what each user does, on this node.</summary>
internal static class UserRate
{
    /// <param name="burst">What a user may do at once.</param>
    /// <param name="perMinute">What comes back in a minute.</param>
    public static PartitionedRateLimiter<string> Create(int burst, int perMinute) =>
        PartitionedRateLimiter.Create<string, string>(userId => RateLimitPartition.GetTokenBucketLimiter(
            userId,
            _ => new TokenBucketRateLimiterOptions { TokenLimit = burst, TokensPerPeriod = 1, ReplenishmentPeriod = TimeSpan.FromMinutes(1) / perMinute }));

    /// <summary>Counts what a user does. False with the time until there may be so many.</summary>
    public static bool TryAcquire(this PartitionedRateLimiter<string> limiter, string userId, out TimeSpan retryAfter, int count = 1)
    {
        using var lease = limiter.AttemptAcquire(userId, count);
        retryAfter = lease.TryGetMetadata(MetadataName.RetryAfter, out var stated) ? stated : TimeSpan.FromSeconds(1);
        return lease.IsAcquired;
    }
}
