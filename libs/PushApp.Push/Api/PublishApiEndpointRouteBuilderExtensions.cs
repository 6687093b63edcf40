using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using PushApp.Push.Api;

namespace PushApp.Push;

/// <summary>Channels over HTTP.</summary>
public static class PublishApiEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps <c>POST {prefix}/{channel}/events</c> (publish), <c>GET {prefix}/{channel}/history</c>, <c>GET {prefix}/{channel}/presence</c> (docs/presence.md) and
    /// <c>DELETE {prefix}/{channel}</c> (purge). See docs/publishing.md.
    /// </summary>
    /// <remarks>
    /// <para>The endpoints authorise each request themselves, by API key or by the signed-in user and the registered <see cref="IChannelAuthorizer"/>s; errors are
    /// problem details (<see href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</see>). Where a fallback policy asks for a signed-in user everywhere, add
    /// <c>AllowAnonymous()</c>, or API keys do not get through.</para>
    /// <para>Forgery: a page of another site cannot send what these accept, as a body of type <c>application/json</c> and the method DELETE need the consent of
    /// CORS first.</para>
    /// </remarks>
    /// <param name="endpoints">The application.</param>
    /// <param name="prefix">Where. <value>Default <c>/api/channels</c>.</value></param>
    /// <returns>Conventions for all of them.</returns>
    public static IEndpointConventionBuilder MapPublishApi(
        this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string prefix = "/api/channels")
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentException.ThrowIfNullOrEmpty(prefix);

        var group = endpoints.MapGroup(prefix).WithTags("Channels");
        group.AddEndpointFilter(ApiProblems.ForExpectedFailuresAsync);

        group.MapPost("/{channel}/events", PublishEndpoint.HandleAsync)
            .WithName("PublishEvent")
            .WithSummary("Publishes an event to a channel")
            .WithDescription("Body: {\"event\": name, \"data\": text or any JSON, \"ttlSeconds\"?: whole seconds, \"history\"?: false for an event that is delivered at most once}. Header Idempotency-Key makes repeating safe.")
            .Produces<PublishResponse>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

        group.MapGet("/{channel}/history", HistoryEndpoint.HandleAsync)
            .WithName("ReadHistory")
            .WithSummary("Reads a channel's log")
            .Produces<HistoryResponse>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

        group.MapGet("/{channel}/presence", PresenceEndpoint.HandleAsync)
            .WithName("ReadPresence")
            .WithSummary("Tells who is in a channel")
            .WithDescription("Members by name, each once however many connections they have; 'page' counts from 1, 'pageSize' is 1 to 1,000 (100). API keys need the scope Manage.")
            .Produces<PresenceResponse>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

        group.MapDelete("/{channel}", PurgeEndpoint.HandleAsync)
            .WithName("PurgeChannel")
            .WithSummary("Deletes a channel's log (API keys with the scope Manage)")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

        return group;
    }
}
