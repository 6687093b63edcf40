using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using PushApp.SocketIO.Engine.Hosting;

namespace PushApp.SocketIO.Engine.Cluster;

/// <summary>
/// Stands before everything else of the application: a request that another node forwarded is made what its client sent (address, scheme, host), so that whatever follows (forwarded headers,
/// redirects to https, limits, sign-in) sees it as the node did that it came to. What carries the header without a good seal is refused, whoever sends it.
/// </summary>
internal sealed partial class ForwardedRequestFilter(IForwardSeal seal, NodeIdentity node, TimeProvider time, ILogger<ForwardedRequestFilter> logger) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(InvokeAsync);
        next(app);
    };

    private Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (!context.Request.Headers.TryGetValue(ForwardTicket.Header, out var values))
        {
            return next(context);
        }

        if (values is not [{ } text] || seal.Open(text) is not { } bytes || ForwardTicket.Parse(bytes) is not { } ticket || !ticket.IsFresh(time.GetUtcNow()))
        {
            BadSeal(logger, context.Connection.RemoteIpAddress?.ToString());
            return EngineError.Forbidden.WriteAsync(context);
        }

        if (ticket.Method != context.Request.Method || ticket.Target != context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget)
        {
            BadSeal(logger, context.Connection.RemoteIpAddress?.ToString());
            return EngineError.Forbidden.WriteAsync(context);
        }

        if (ticket.Node != node.Id)
        {
            // The node that was meant has gone, and this one has its address.
            return EngineError.UnknownSession.WriteAsync(context);
        }

        context.Request.Headers.Remove(ForwardTicket.Header);
        context.Request.Scheme = ticket.Scheme;
        context.Request.Host = new HostString(ticket.Host);
        context.Connection.RemoteIpAddress = IPAddress.TryParse(ticket.RemoteAddress, out var address) ? address : null;
        ForwardedRequest.Set(context);
        return next(context);
    }

    [LoggerMessage(30, LogLevel.Warning, "Refused a request from {Address} that says it was forwarded by a node of this site and cannot prove it. Should it be one: give all nodes the same SocketIO:Cluster:Secret, or shared data-protection keys and one application name (SetApplicationName), and the same time.", EventName = "BadSeal")]
    private static partial void BadSeal(ILogger logger, string? address);
}
