using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing.Template;

namespace PushApp.Web.Site;

/// <summary>
/// Answers what no endpoint of the API took: 405 with <c>Allow</c> where the path has others (https://www.rfc-editor.org/rfc/rfc9110#section-15.5.6), 415 where only the body's type was wrong, else 404.
/// Routing would tell the first two by itself if the page's fallback did not take every path.
/// </summary>
internal sealed class OtherMethods(EndpointDataSource endpoints)
{
    // When first asked: by then every endpoint is mapped.
    private readonly Lazy<Resource[]> _resources = new(() =>
        [.. endpoints.Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText is not null && endpoint.Metadata.GetMetadata<HttpMethodMetadata>() is not null)
            .Select(endpoint => new Resource(
                new TemplateMatcher(TemplateParser.Parse(endpoint.RoutePattern.RawText!), []),
                endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods,
                endpoint.Metadata.GetMetadata<IAcceptsMetadata>() is not null))]);

    public IResult Answer(HttpContext context)
    {
        // By the path alone: a value that breaks a constraint (an id that is none) still names this resource.
        var here = _resources.Value.Where(resource => resource.Path.TryMatch(context.Request.Path, [])).ToArray();
        var same = here.Where(resource => resource.Methods.Contains(context.Request.Method, StringComparer.OrdinalIgnoreCase)).ToArray();
        if (same.Length > 0)
        {
            // The method is right: where a body is read it was of another type, and else the value in the path is none.
            return TypedResults.Problem(statusCode: same.Any(resource => resource.ReadsBody) ? StatusCodes.Status415UnsupportedMediaType : StatusCodes.Status404NotFound);
        }

        if (here.Length == 0)
        {
            return TypedResults.Problem(statusCode: StatusCodes.Status404NotFound);
        }

        context.Response.Headers.Allow = string.Join(", ", here.SelectMany(resource => resource.Methods).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal));
        return TypedResults.Problem(statusCode: StatusCodes.Status405MethodNotAllowed);
    }

    private sealed record Resource(TemplateMatcher Path, IReadOnlyList<string> Methods, bool ReadsBody);
}
