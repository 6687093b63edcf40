using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace PushApp.Push.Sse;

internal sealed class ServerSentEventsResult(IAsyncEnumerable<ServerSentEvent> events) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var streams = httpContext.RequestServices.GetService<CustomStreams>()
            ?? throw new InvalidOperationException("PushResults.ServerSentEvents needs PushApp.Push's services: call builder.Services.AddPush(...) first.");
        return streams.RunAsync(httpContext, events);
    }
}
