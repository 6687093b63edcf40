using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Mvc;
using PushApp.Contacts;

namespace PushApp.Web.Contacts;

/// <summary><c>/api/contacts</c>: list, look at, share.</summary>
internal static class ContactEndpoints
{
    private const int MaxSearchLength = 200;

    // An e-mail address has no more (RFC 5321), and Identity's column for names neither.
    private const int MaxUserNameLength = 256;
    private const string Unknown = "You have no contact of this id. GET /api/contacts lists them.";

    public static void MapContacts(this IEndpointRouteBuilder app)
    {
        var contacts = app.MapGroup("/api/contacts").RequireAuthorization().WithTags("Contacts");
        contacts.MapGet("", ListAsync).Produces<Page<ContactView>>().ProducesProblem(StatusCodes.Status400BadRequest);
        contacts.MapGet("/{id:long}", GetAsync).Produces<ContactView>().ProducesProblem(StatusCodes.Status404NotFound);
        contacts.MapPost("/{id:long}/share", ShareAsync).Produces<SharedContact>()
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status429TooManyRequests);
    }

    private static async Task<IResult> ListAsync(
        string? search, [AsParameters] PageQuery query, ClaimsPrincipal principal, ContactService contacts, CancellationToken cancellationToken)
    {
        if (search?.Length > MaxSearchLength)
        {
            return Problems.BadRequest($"'search' has {search.Length} characters; give at most {MaxSearchLength}.");
        }

        return query.TryGet(out var page, out var problem)
            ? TypedResults.Ok(await contacts.ListAsync(principal.ToContactsUser().Id, search, page, cancellationToken))
            : problem!;
    }

    private static async Task<IResult> GetAsync(long id, ClaimsPrincipal principal, ContactService contacts, CancellationToken cancellationToken) =>
        await contacts.FindAsync(principal.ToContactsUser().Id, id, cancellationToken) is { } contact ? TypedResults.Ok(contact) : Problems.NotFound(Unknown);

    private static async Task<IResult> ShareAsync(
        long id,
        ShareRequest request,
        ClaimsPrincipal principal,
        [FromServices] IUserDirectory users,
        ContactSharing sharing,
        SharingLimiter limiter,
        HttpResponse response,
        CancellationToken cancellationToken)
    {
        var name = request.UserName?.Trim();
        if (string.IsNullOrEmpty(name))
        {
            return Problems.BadRequest("Say with whom: {\"userName\": \"ann@example.com\"}.");
        }

        if (name.Length > MaxUserNameLength)
        {
            return Problems.BadRequest($"'userName' has {name.Length} characters; give at most {MaxUserNameLength}.");
        }

        var me = principal.ToContactsUser();
        if (!limiter.TryAcquire(me.Id, out var retryAfter))
        {
            var seconds = (int)Math.Ceiling(retryAfter.TotalSeconds);
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            return Problems.TooManyRequests($"You have shared many contacts in a short time. Wait {seconds} seconds, then go on.");
        }

        if (await users.FindByNameAsync(name, cancellationToken) is not { } recipient)
        {
            return Problems.NotFound($"Nobody here is called '{name}'. Check the spelling, or ask them to register.");
        }

        if (recipient.Id == me.Id)
        {
            return Problems.BadRequest("You have this contact already. Give the name of another user.");
        }

        return await sharing.ShareAsync(me, id, CurrentUser.Create(recipient.Id, recipient.UserName), cancellationToken) is { } shared
            ? TypedResults.Ok(shared)
            : Problems.NotFound(Unknown);
    }

    /// <summary>With whom to share.</summary>
    internal sealed record ShareRequest(string? UserName);
}
