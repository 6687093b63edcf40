using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using PushApp.Web.Accounts;
using PushApp.Web.Inspector;

namespace PushApp.Web.Site;

/// <summary>What the page asks first, and the demo's address book.</summary>
internal static class SiteEndpoints
{
    public static void MapSiteEndpoints(this IEndpointRouteBuilder app)
    {
        app.MapGet("/api/site", GetSite).WithTags("Site")
            .WithSummary("What the page needs to begin: who is signed in, if anybody, and the demo, if it is offered.");
        app.MapGet("/api/demo/contacts.csv", GetSampleContacts).WithTags("Site")
            .WithSummary("A made-up address book to import (CSV). Only where the demo is offered.")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static Ok<SiteInfo> GetSite(ClaimsPrincipal user, DemoAccount demo, InspectorAccess inspector) => TypedResults.Ok(new SiteInfo(
        user.Identity is { IsAuthenticated: true, Name: { } name } ? new SignedInUser(name, inspector.IsAdministrator(name)) : null,
        demo.IsOffered ? new DemoInfo(DemoAccount.Email, DemoAccount.Password) : null));

    private static Results<PushStreamHttpResult, ProblemHttpResult> GetSampleContacts(DemoAccount demo, int rows = SampleAddressBook.DefaultRows)
    {
        if (!demo.IsOffered)
        {
            return TypedResults.Problem("The demo is switched off; set Demo to true to offer it.", statusCode: StatusCodes.Status404NotFound);
        }

        if (rows is < 1 or > SampleAddressBook.MaxRows)
        {
            return TypedResults.Problem($"rows is {rows}; ask for 1 to {SampleAddressBook.MaxRows} of them.", statusCode: StatusCodes.Status400BadRequest);
        }

        return TypedResults.Stream(stream => SampleAddressBook.WriteAsync(stream, rows), "text/csv; charset=utf-8", $"sample-contacts-{rows}.csv");
    }

    /// <summary>What the page needs to begin.</summary>
    internal sealed record SiteInfo(SignedInUser? User, DemoInfo? Demo);

    /// <summary>Who is signed in.</summary>
    /// <param name="UserName">The user's name.</param>
    /// <param name="MayInspect">Whether the Inspector is open to them.</param>
    internal sealed record SignedInUser(string UserName, bool MayInspect);

    /// <summary>The ready account.</summary>
    internal sealed record DemoInfo(string Email, string Password);
}
