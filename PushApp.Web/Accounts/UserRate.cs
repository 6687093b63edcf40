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
}
