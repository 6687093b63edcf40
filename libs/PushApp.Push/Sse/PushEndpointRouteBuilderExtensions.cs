using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using PushApp.Push.Hub;
using PushApp.Push.Sse;

namespace PushApp.Push;

/// <summary>Maps streams.</summary>
public static class PushEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps a stream of Server-Sent Events (GET; HEAD is answered without opening one, and anything else is 405). Without options it carries <c>broadcast</c>, the signed-in user's own channel, and those that
    /// <c>?channel=</c> names, each as the registered <see cref="IChannelAuthorizer"/>s permit. <c>Last-Event-ID</c> or <c>?lastEventId=</c> resumes.
    /// </summary>
    /// <param name="endpoints">The routes.</param>
    /// <param name="pattern">The route; <c>/sse</c> also answers <c>/sse/</c>.</param>
    /// <param name="configure">Which channels this endpoint streams.</param>
    public static IEndpointConventionBuilder MapServerSentEvents(
        this IEndpointRouteBuilder endpoints, string pattern, Action<ServerSentEventsOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var options = new ServerSentEventsOptions();
        configure?.Invoke(options);
        var handler = endpoints.ServiceProvider.GetService<ServerSentEventsEndpoint>()
            ?? throw new InvalidOperationException("Call builder.Services.AddPush() before app.MapServerSentEvents(…).");
        endpoints.ServiceProvider.GetRequiredService<StreamRegistry>().IsMapped = true;
        RequestDelegate handle = context => handler.HandleAsync(context, options);
        // All methods: in an app with a fallback route, routing would hand the others to that.
        return endpoints.Map(pattern, handle).WithDisplayName($"Server-Sent Events {pattern}");
    }
}
