using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using PushApp.Push;
using PushApp.SocketIO;
using PushApp.Web.Accounts;

namespace PushApp.Web.Rooms;

/// <summary>Keeps one user from filling rooms, whose events the broker keeps, as over HTTP: <c>Push:PublishLimits</c>, on this node.</summary>
internal sealed class RoomsLimiter(IOptions<PushOptions> options) : IDisposable
{
    private readonly PartitionedRateLimiter<string> _events = UserRate.Create(options.Value.PublishLimits.Burst, options.Value.PublishLimits.PerSecond * 60);

    /// <summary>Counts an event.</summary>
    /// <exception cref="SocketException">Too many (<c>too_fast</c>).</exception>
    public void CountEvent(string userId) => _events.Count(userId, "You are sending events too fast.");

    public void Dispose() => _events.Dispose();
}
