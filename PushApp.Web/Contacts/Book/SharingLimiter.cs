using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using PushApp.Web.Accounts;

namespace PushApp.Web.Contacts;

/// <summary>Keeps one user from filling others' books and boxes, and from trying out who has an account here.</summary>
internal sealed class SharingLimiter(IOptions<SharingOptions> options) : IDisposable
{
    private readonly PartitionedRateLimiter<string> _limiter = UserRate.Create(options.Value.Burst, options.Value.PerMinute);

    /// <summary>Counts an attempt to share. False with the time until there may be another.</summary>
    public bool TryAcquire(string userId, out TimeSpan retryAfter) => _limiter.TryAcquire(userId, out retryAfter);

    public void Dispose() => _limiter.Dispose();
}
