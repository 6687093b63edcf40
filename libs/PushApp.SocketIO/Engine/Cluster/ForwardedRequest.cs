using Microsoft.AspNetCore.Http;

namespace PushApp.SocketIO.Engine.Cluster;

/// <summary>The mark of a request that another node has forwarded to this one, set only where the seal was good.</summary>
internal sealed class ForwardedRequest
{
    private static readonly ForwardedRequest Mark = new();

    private ForwardedRequest()
    {
    }

    public static bool Is(HttpContext context) => context.Features.Get<ForwardedRequest>() is not null;

    public static void Set(HttpContext context) => context.Features.Set(Mark);
}
