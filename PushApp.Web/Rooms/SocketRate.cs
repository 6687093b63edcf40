using System.Threading.RateLimiting;
using PushApp.SocketIO;
using PushApp.Web.Accounts;

namespace PushApp.Web.Rooms;

/// <summary>Refuses what a user sends too fast over Socket.IO.</summary>
internal static class SocketRate
{
    /// <summary>The name of the refusal.</summary>
    public const string TooFast = "too_fast";

    /// <summary>Counts what a user does.</summary>
    /// <exception cref="SocketException">Too much of it (<c>too_fast</c>); its data says in how many milliseconds there may be more.</exception>
    public static void Count(this PartitionedRateLimiter<string> limiter, string userId, string refusal)
    {
        if (!limiter.TryAcquire(userId, out var wait))
        {
            throw new SocketException(
                $"{refusal} Wait {Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds))} s, then go on.", TooFast, new { retryAfterMs = (long)Math.Ceiling(wait.TotalMilliseconds) });
        }
    }
}
