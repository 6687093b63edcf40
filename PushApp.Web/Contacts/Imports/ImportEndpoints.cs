using System.Security.Claims;
using PushApp.Contacts;
using StackExchange.Redis;

namespace PushApp.Web.Contacts;

/// <summary><c>/api/imports</c>: docs/imports.md.</summary>
internal static class ImportEndpoints
{
    private const string Unknown = "You have no import of this id. GET /api/imports lists them.";

    public static void MapImports(this IEndpointRouteBuilder app)
    {
        var imports = app.MapGroup("/api/imports").RequireAuthorization().WithTags("Imports");
        // Without Accepts: it would keep other media types away from the endpoint, and the page's fallback would answer them with 404. The reader says what is wrong.
        imports.MapPost("", UploadAsync).Produces<ImportView>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status413PayloadTooLarge).ProducesProblem(StatusCodes.Status415UnsupportedMediaType);
        imports.MapGet("", ListAsync).Produces<Page<ImportView>>();
        imports.MapGet("/queue", GetQueueAsync).Produces<QueueView>().ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        imports.MapGet("/{id:guid}", GetAsync).Produces<ImportView>().ProducesProblem(StatusCodes.Status404NotFound);
        imports.MapGet("/{id:guid}/rejected", GetRejectedAsync).Produces(StatusCodes.Status200OK, contentType: "text/csv").ProducesProblem(StatusCodes.Status404NotFound);
        imports.MapDelete("/{id:guid}", CancelAsync).Produces<ImportView>().ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<IResult> UploadAsync(HttpRequest request, ClaimsPrincipal principal, ImportUploads uploads, CancellationToken cancellationToken)
    {
        try
        {
            var import = await UploadReader.ReadAsync(request, uploads, principal.ToContactsUser(), cancellationToken);
            return TypedResults.Accepted($"/api/imports/{import.Id}", import);
        }
        catch (ContactFileException exception)
        {
            return exception.Problem switch
            {
                ContactFileProblem.TooLarge => Problems.TooLarge(exception.Message),
                ContactFileProblem.Binary or ContactFileProblem.NoAddressBook => Problems.UnsupportedMediaType(exception.Message),
                _ => Problems.BadRequest(exception.Message),
            };
        }
        catch (UploadReader.NoUploadException exception)
        {
            return TypedResults.Problem(exception.Message, statusCode: exception.StatusCode);
        }
        catch (TooManyImportsException exception)
        {
            return Problems.TooManyRequests(exception.Message);
        }
        catch (UploadAbandonedException exception)
        {
            return Problems.Conflict(exception.Message);
        }
    }

    private static async Task<IResult> ListAsync([AsParameters] PageQuery query, ClaimsPrincipal principal, ImportService imports, CancellationToken cancellationToken) =>
        query.TryGet(out var page, out var problem)
            ? TypedResults.Ok(await imports.ListAsync(principal.ToContactsUser().Id, page, cancellationToken))
            : problem!;

    private static async Task<IResult> GetQueueAsync(ImportQueueSwitch queue, CancellationToken cancellationToken)
    {
        try
        {
            if (await queue.IsPausedAsync(cancellationToken) is { } isPaused)
            {
                return TypedResults.Ok(new QueueView(isPaused));
            }
        }
        catch (Exception error) when (error is RedisException or TimeoutException)
        {
            // As where it is known to be away.
        }

        return TypedResults.Problem("The broker does not answer, so that it is not known whether imports are paused. Ask again.", statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<IResult> GetAsync(Guid id, ClaimsPrincipal principal, ImportService imports, CancellationToken cancellationToken) =>
        await imports.FindAsync(principal.ToContactsUser().Id, id, cancellationToken) is { } import ? TypedResults.Ok(import) : Problems.NotFound(Unknown);

    private static async Task<IResult> GetRejectedAsync(Guid id, ClaimsPrincipal principal, ImportService imports, CancellationToken cancellationToken) =>
        await imports.FindRejectedAsync(principal.ToContactsUser().Id, id, cancellationToken) is { } file
            ? TypedResults.Stream(stream => file.WriteAsync(stream, cancellationToken), "text/csv; charset=utf-8", file.FileName)
            : Problems.NotFound(Unknown);

    private static async Task<IResult> CancelAsync(Guid id, ClaimsPrincipal principal, ImportService imports, CancellationToken cancellationToken)
    {
        var (outcome, import) = await imports.CancelAsync(principal.ToContactsUser().Id, id, cancellationToken);
        return outcome switch
        {
            CancelOutcome.Cancelled => TypedResults.Ok(import),
            CancelOutcome.HasEnded => Problems.Conflict($"The import has ended already ({import!.State}); there is nothing left to cancel."),
            _ => Problems.NotFound(Unknown),
        };
    }

    /// <summary>The queue of all imports.</summary>
    /// <param name="Paused">Whether whoever runs the site has paused it: imports wait, and lose nothing.</param>
    internal sealed record QueueView(bool Paused);
}
