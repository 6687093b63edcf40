using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace PushApp.SocketIO.Engine.Cluster;

/// <summary>Makes the request to the owner of what the client sent, with the sealed ticket; and the client's answer of the owner's.</summary>
internal sealed class SessionTransformer(IForwardSeal seal, TimeProvider time) : HttpTransformer
{
    /// <summary>Where the request's context holds the owner's id.</summary>
    public static readonly object NodeItem = new();

    // What proxies before this node said of the client was judged here; the ticket holds the outcome.
    private static readonly string[] NotForwarded = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Prefix", ForwardTicket.Header];

    public override async ValueTask TransformRequestAsync(HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken).ConfigureAwait(false);
        foreach (var name in NotForwarded)
        {
            proxyRequest.Headers.Remove(name);
        }

        var request = httpContext.Request;
        var raw = httpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var target = raw.StartsWith('/') ? raw : $"{request.PathBase}{request.Path}{request.QueryString}";
        proxyRequest.RequestUri = new Uri(destinationPrefix + target);
        proxyRequest.Headers.Host = request.Host.Value;
        var ticket = new ForwardTicket(
            time.GetUtcNow(), (string)httpContext.Items[NodeItem]!, proxyRequest.Method.Method, proxyRequest.RequestUri.PathAndQuery, request.Scheme, request.Host.Value ?? "",
            httpContext.Connection.RemoteIpAddress?.ToString() ?? "");
        proxyRequest.Headers.TryAddWithoutValidation(ForwardTicket.Header, seal.Seal(ticket.ToBytes()));
    }

    public override ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        if (proxyResponse is not null)
        {
            // Both nodes have the same middleware; a header that both have set must not stand twice.
            foreach (var (name, _) in proxyResponse.Headers.NonValidated)
            {
                httpContext.Response.Headers.Remove(name);
            }
        }

        return base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
    }
}
