using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace PushApp.Push.Stats;

/// <summary>
/// Counts the requests of this web node, first thing in its pipeline. Not a listener to <c>http.server.request.duration</c>: that counts at the end of a request,
/// which for a stream is hours later, and a listener makes the server measure every request.
/// </summary>
internal sealed class RequestCounter : IStartupFilter
{
    private long _requests;

    /// <summary>Requests so far, those that are still open too.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>Whether this process serves requests at all: a worker has no figures to give.</summary>
    public bool IsWebNode { get; private set; }

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        IsWebNode = true;
        app.Use(following => context =>
        {
            Interlocked.Increment(ref _requests);
            return following(context);
        });
        next(app);
    };
}
