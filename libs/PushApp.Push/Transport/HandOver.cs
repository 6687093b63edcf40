using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace PushApp.Push.Transport;

/// <summary>Finds out whether a response can go on without the server.</summary>
internal static class HandOver
{
    /// <summary>
    /// The way to take this request's connection, once its head is flushed; null where the server must go on serving it: another transport, TLS, HTTP/2, HTTP/1.0 (which knows
    /// no chunks), a body, or middleware that changes what is written. Tells the client that the connection ends with the response.
    /// </summary>
    public static IHandOverFeature? Find(HttpContext context)
    {
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true }
            || !ReferenceEquals(context.Features.Get<IHttpResponseBodyFeature>(), context.Features.Get<IHttpResponseFeature>())
            || Find(context.Features, context.Request) is not { } feature)
        {
            return null;
        }

        // https://www.rfc-editor.org/rfc/rfc9112#section-9.6: there is no next request on it.
        context.Response.Headers.Connection = "close";
        return feature;
    }

    /// <summary>The way to take this request's connection, once its upgrade was answered; null where the server must go on serving it.</summary>
    public static IHandOverFeature? FindForUpgrade(HttpContext context) =>
        ReferenceEquals(context.Features.Get<IHttpUpgradeFeature>(), context.Features.Get<IHttpResponseFeature>())
        && Find(context.Features, context.Request) is { UpgradesAreCounted: false } feature ? feature : null;

    /// <summary>Sends what was written of the response, its head at least, and takes the connection; null when it has ended meanwhile, or its client does not take even that.</summary>
    public static async ValueTask<HandedOver?> TakeAsync(HttpContext context, IHandOverFeature feature)
    {
        var flushed = await context.Response.BodyWriter.FlushAsync(context.RequestAborted).ConfigureAwait(false);
        return flushed.IsCompleted ? null : await feature.TakeAsync(context.RequestAborted).ConfigureAwait(false);
    }

    private static IHandOverFeature? Find(IFeatureCollection features, HttpRequest request) =>
        features.Get<IHandOverFeature>() is { } feature
        && HttpProtocol.IsHttp11(request.Protocol)
        && features.Get<ITlsConnectionFeature>() is null
        && feature.IsPossible ? feature : null;
}
