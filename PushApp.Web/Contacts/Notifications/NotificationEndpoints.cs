using System.Security.Claims;
using PushApp.Contacts;

namespace PushApp.Web.Contacts;

/// <summary><c>/api/notifications</c>: the notification box.</summary>
internal static class NotificationEndpoints
{
    public static void MapNotifications(this IEndpointRouteBuilder app)
    {
        var notifications = app.MapGroup("/api/notifications").RequireAuthorization().WithTags("Notifications");
        notifications.MapGet("", ListAsync).Produces<NotificationPage>().ProducesProblem(StatusCodes.Status400BadRequest);
        notifications.MapPost("/{id:guid}/read", ReadAsync).Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status404NotFound);
        notifications.MapPost("/read", ReadAllAsync).Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> ListAsync([AsParameters] PageQuery query, ClaimsPrincipal principal, NotificationBox box, CancellationToken cancellationToken) =>
        query.TryGet(out var page, out var problem)
            ? TypedResults.Ok(await box.ListAsync(principal.ToContactsUser().Id, page, cancellationToken))
            : problem!;

    private static async Task<IResult> ReadAsync(Guid id, ClaimsPrincipal principal, NotificationBox box, CancellationToken cancellationToken) =>
        await box.ReadAsync(principal.ToContactsUser(), id, cancellationToken)
            ? TypedResults.NoContent()
            : Problems.NotFound("You have no notification of this id. GET /api/notifications lists them.");

    private static async Task<IResult> ReadAllAsync(ClaimsPrincipal principal, NotificationBox box, CancellationToken cancellationToken)
    {
        await box.ReadAllAsync(principal.ToContactsUser(), cancellationToken);
        return TypedResults.NoContent();
    }
}
