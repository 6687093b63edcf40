using Microsoft.AspNetCore.Routing.Template;

namespace PushApp.Web.Site;

/// <summary>
/// Answers what no endpoint of the API took: 405 with <c>Allow</c> where the path has others (https://www.rfc-editor.org/rfc/rfc9110#section-15.5.6), 415 where only the body's type was wrong, else 404.
/// Routing would tell the first two by itself if the page's fallback did not take every path.
/// </summary>
internal static class OtherMethods
{
    public static IResult Answer(HttpContext context, EndpointDataSource endpoints)
    {
        var methods = endpoints.Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => Matches(endpoint, context.Request.Path))
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [])
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .Order(StringComparer.Ordinal)
            .ToArray();
        if (methods.Length == 0)
        {
            return TypedResults.Problem(statusCode: StatusCodes.Status404NotFound);
        }

        if (methods.Contains(context.Request.Method, StringComparer.OrdinalIgnoreCase))
        {
            return TypedResults.Problem(statusCode: StatusCodes.Status415UnsupportedMediaType);
        }

        context.Response.Headers.Allow = string.Join(", ", methods);
        return TypedResults.Problem(statusCode: StatusCodes.Status405MethodNotAllowed);
    }

    // By the path alone: a value that breaks a constraint (an id that is none) still names this resource.
    private static bool Matches(RouteEndpoint endpoint, PathString path) =>
        endpoint.RoutePattern.RawText is { } pattern && new TemplateMatcher(TemplateParser.Parse(pattern), []).TryMatch(path, []);
}
