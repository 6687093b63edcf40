using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using PushApp.Push;
using PushApp.Push.Inspection;
using PushApp.Web.Contacts;

namespace PushApp.Web.Inspector;

/// <summary><c>/api/inspector</c>: for administrators. Times are Unix milliseconds with fractions.</summary>
internal static class InspectorEndpoints
{
    private const int MaxSearchLength = 300;
    private const int MaxEvents = 200;
    private const int DefaultEvents = 100;
    private const string Away = "The broker does not answer, so that nothing was published. Try again when it is back; the list of nodes shows whether it is.";

    public static void MapInspectorEndpoints(this IEndpointRouteBuilder app)
    {
        var inspector = app.MapGroup("/api/inspector").RequireAuthorization(InspectorRequirement.Policy).WithTags("Inspector")
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden);
        inspector.MapGet("", GetSettings).WithSummary("What the Inspector's page needs to begin.");
        // The figures of the nodes, as they come: the channel's authorizer lets nobody but administrators in.
        app.MapServerSentEvents("/api/inspector/stream", options => options.Channels = _ => [InspectionChannel.Name]);
        inspector.MapGet("/nodes", GetNodesAsync).Produces<InspectionPage<NodeReport>>().WithSummary("The processes and their figures.");
        inspector.MapGet("/channels", GetChannelsAsync).Produces<InspectionPage<ChannelReport>>().ProducesProblem(StatusCodes.Status400BadRequest)
            .WithSummary("Channels that somebody holds, those with the most subscribers first.");
        inspector.MapGet("/channel", GetChannelAsync).Produces<ChannelAnswer>().ProducesProblem(StatusCodes.Status400BadRequest)
            .WithSummary("How many connections hold a channel, or why that is no channel's name.");
        inspector.MapGet("/connections", GetConnectionsAsync).Produces<InspectionPage<ConnectionReport>>().ProducesProblem(StatusCodes.Status400BadRequest)
            .WithSummary("Open connections on all nodes.");
        inspector.MapDelete("/connections/{id}", DisconnectAsync).Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("Ends a connection, on whichever node it is. Its client does not come back by itself.");
        inspector.MapGet("/events", GetEventsAsync).Produces<InspectionPage<EventSummary>>().ProducesProblem(StatusCodes.Status400BadRequest)
            .WithSummary("The newest events.");
        inspector.MapPost("/events", PublishAsync).Produces<Published>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status413PayloadTooLarge).ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .WithSummary("Publishes a test event.");
        inspector.MapGet("/journey", GetJourneyAsync).Produces<JourneyAnswer>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .WithSummary("What became of an event, and, where a user is named, whether that user got it and if not, why.");
        inspector.MapGet("/user", GetUserAsync).Produces<UserReport>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("What the nodes know of a user, and whether the newest events of the user's own channel arrived.");
    }

    private static Ok<Settings> GetSettings(IOptions<InspectorOptions> options, IOptions<PushOptions> push) =>
        TypedResults.Ok(new Settings(string.IsNullOrEmpty(options.Value.TraceUrl) ? null : options.Value.TraceUrl, push.Value.Inspection.SampleInterval.TotalSeconds));

    private static async Task<IResult> GetNodesAsync(IInspector inspector, CancellationToken cancellationToken, bool history = false) =>
        Json(await inspector.GetNodesAsync(history, cancellationToken));

    private static async Task<IResult> GetChannelsAsync(string? search, [AsParameters] PageQuery query, IInspector inspector, CancellationToken cancellationToken) =>
        FindFault(search, query, out var skip, out var take) is { } fault ? fault : Json(await inspector.GetChannelsAsync(search?.Trim(), skip, take, cancellationToken));

    private static async Task<IResult> GetChannelAsync(string? name, IInspector inspector, CancellationToken cancellationToken)
    {
        if (!TryReadTarget(name, out var channel, out var problem))
        {
            return problem;
        }

        var found = await inspector.FindChannelAsync(channel, cancellationToken);
        return Json(new ChannelAnswer(channel.Value, found.Items.Sum(report => report.Subscribers), found.MissingNodes));
    }

    private static async Task<IResult> GetConnectionsAsync(string? search, [AsParameters] PageQuery query, IInspector inspector, CancellationToken cancellationToken) =>
        FindFault(search, query, out var skip, out var take) is { } fault ? fault : Json(await inspector.GetConnectionsAsync(search?.Trim(), skip, take, cancellationToken));

    private static async Task<Results<NoContent, ProblemHttpResult>> DisconnectAsync(string id, IInspector inspector, CancellationToken cancellationToken)
    {
        if (!Guid.TryParse(id, out var connection))
        {
            return Problems.BadRequest($"'{id}' is no connection's id. GET /api/inspector/connections lists them.");
        }

        return await inspector.DisconnectAsync(connection, cancellationToken)
            ? TypedResults.NoContent()
            : Problems.NotFound("No node has a connection of this id: it has ended, or its node did not answer in time.");
    }

    private static async Task<IResult> GetEventsAsync(string? search, IInspector inspector, CancellationToken cancellationToken, bool ephemeral = false, int take = DefaultEvents)
    {
        if (TooLong("search", search) is { } problem)
        {
            return problem;
        }

        return take is < 1 or > MaxEvents
            ? Problems.BadRequest(string.Create(CultureInfo.InvariantCulture, $"'take' is {take}; give a number from 1 to {MaxEvents}."))
            : Json(await inspector.GetEventsAsync(search?.Trim(), ephemeral, take, cancellationToken));
    }

    private static async Task<IResult> PublishAsync(
        TestEvent request, HttpContext context, [FromServices] IPushPublisher publisher, IInspector inspector, CancellationToken cancellationToken)
    {
        if (!TryReadTarget(request.Channel, out var channel, out var problem))
        {
            return problem;
        }

        var eventName = request.Event ?? "";
        if (eventName.StartsWith("push.", StringComparison.OrdinalIgnoreCase))
        {
            return Problems.BadRequest("Names that begin with 'push.' are the protocol's own, which clients act upon. Choose another, such as 'test'.");
        }

        try
        {
            EventData data = request.Data ?? "";
            var result = await publisher.PublishAsync(
                channel, eventName, data, new PublishOptions { History = request.History, Publisher = $"user:{context.User.Identity!.Name}" }, cancellationToken);
            var id = result.Position?.ToString() ?? await FindIdAsync(channel, eventName, inspector, cancellationToken);
            return TypedResults.Json(
                new Published(channel.Value, id, result.Time), InspectionJson.Options, statusCode: StatusCodes.Status202Accepted);
        }
        catch (ArgumentException bad)
        {
            return TypedResults.Problem(WithoutParameter(bad), statusCode: bad.ParamName == "data" ? StatusCodes.Status413PayloadTooLarge : StatusCodes.Status400BadRequest);
        }
        catch (BrokerUnavailableException)
        {
            return TypedResults.Problem(Away, statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }

    /// <summary>What an event without a log is called here, where this process remembers it: it is the newest one of this request's trace.</summary>
    private static async Task<string?> FindIdAsync(ChannelName channel, string eventName, IInspector inspector, CancellationToken cancellationToken) =>
        Activity.Current is { } activity
            ? (await inspector.GetEventsAsync(activity.TraceId.ToHexString(), ephemeral: true, MaxEvents, cancellationToken)).Items
                .FirstOrDefault(item => !item.IsLogged && item.Channel == channel.Value && item.Event == eventName)?.Id
            : null;

    private static async Task<IResult> GetJourneyAsync(string? id, string? channel, string? user, IInspector inspector, CancellationToken cancellationToken)
    {
        if ((TooLong("id", id) ?? TooLong("user", user)) is { } tooLong)
        {
            return tooLong;
        }

        if (!TypedNames.TryParseEventId(id, out var eventId, out var noId))
        {
            return Problems.BadRequest(noId);
        }

        var (name, problem) = ReadChannel(channel, user);
        if (problem is not null)
        {
            return problem;
        }

        try
        {
            if (await inspector.FindJourneyAsync(name.IsGuess ? null : name.Channel, eventId, cancellationToken) is { } journey
                || (name.IsGuess && (journey = await inspector.FindJourneyAsync(name.Channel, eventId, cancellationToken)) is not null))
            {
                return Json(new JourneyAnswer(journey, string.IsNullOrWhiteSpace(user) ? null : await inspector.ExplainAsync(user.Trim(), journey, cancellationToken)));
            }
        }
        catch (BrokerUnavailableException)
        {
            return TypedResults.Problem("No process remembers this event, and the channel's log cannot be read: the broker does not answer. Try again when it is back.", statusCode: StatusCodes.Status503ServiceUnavailable);
        }

        return Problems.NotFound(name.Channel is null
            ? "No process remembers an event of this id. Say by which channel it went, so that its log can be looked into."
            : $"There is no event of this id in '{name.Channel}': no process remembers it, and the channel's log never had it.");
    }

    private static async Task<IResult> GetUserAsync(string? name, IInspector inspector, [FromServices] IUserDirectory users, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            return Problems.BadRequest("Say who: ?name=, with a user's name.");
        }

        if (TooLong("name", name) is { } problem)
        {
            return problem;
        }

        var report = await inspector.FindUserAsync(name.Trim(), cancellationToken);
        return report is { Connections: [], Ends: [], Refusals: [], Events: [] } && await users.FindByNameAsync(name.Trim(), cancellationToken) is null
            ? Problems.NotFound($"Nobody here is called '{name.Trim()}', and no node has seen them. Check the spelling.")
            : Json(report);
    }

    /// <summary>The channel that a test event is to go to.</summary>
    private static bool TryReadTarget(string? name, out ChannelName channel, [NotNullWhen(false)] out ProblemHttpResult? problem)
    {
        problem = !TypedNames.TryParseChannel(name, out channel, out var error) ? Problems.BadRequest(error)
            : channel == InspectionChannel.Name ? Problems.BadRequest($"'{channel}' is the Inspector's own channel. Publish to another, such as 'broadcast'.")
            : null;
        return problem is null;
    }

    /// <summary>The channel that is named; else, as a guess, the user's own.</summary>
    private static ((ChannelName? Channel, bool IsGuess) Name, ProblemHttpResult? Problem) ReadChannel(string? channel, string? user)
    {
        if (!string.IsNullOrWhiteSpace(channel))
        {
            return TypedNames.TryParseChannel(channel, out var named, out var error) ? ((named, false), null) : (default, Problems.BadRequest(error));
        }

        return !string.IsNullOrWhiteSpace(user) && ChannelName.TryParse($"user:{Uri.EscapeDataString(user.Trim())}", out var own) ? ((own, true), null) : ((null, false), null);
    }

    private static ProblemHttpResult? FindFault(string? search, PageQuery query, out int skip, out int take)
    {
        (skip, take) = (0, 0);
        if (TooLong("search", search) is { } tooLong)
        {
            return tooLong;
        }

        if (!query.TryGet(out var page, out var problem))
        {
            return problem;
        }

        take = page.Size;
        skip = (int)Math.Min(int.MaxValue - take, (page.Number - 1L) * page.Size);
        return null;
    }

    private static ProblemHttpResult? TooLong(string name, string? text) => text?.Length > MaxSearchLength
        ? Problems.BadRequest(string.Create(CultureInfo.InvariantCulture, $"'{name}' has {text.Length} characters; give at most {MaxSearchLength}."))
        : null;

    // An ArgumentException's message names a parameter of a C# method at its end, which says nothing to a person.
    private static string WithoutParameter(ArgumentException bad) => bad.Message.Split(" (Parameter '")[0];

    private static JsonHttpResult<T> Json<T>(T value) => TypedResults.Json(value, InspectionJson.Options);

    /// <summary>What the page needs to begin.</summary>
    /// <param name="TraceUrl">Where a trace is shown; null for nowhere.</param>
    /// <param name="SampleSeconds">How often each node tells its figures.</param>
    internal sealed record Settings(string? TraceUrl, double SampleSeconds);

    /// <summary>A test event.</summary>
    /// <param name="Channel">Where to.</param>
    /// <param name="Event">Its name.</param>
    /// <param name="Data">Its data, as text.</param>
    /// <param name="History">Whether it is logged.</param>
    internal sealed record TestEvent(string? Channel, string? Event, string? Data = null, bool History = true);

    /// <summary>What was published.</summary>
    /// <param name="Channel">The channel, as it is written.</param>
    /// <param name="Id">What names it in its channel: its position; of one without a log, what the list of events calls it, or null where no trace told it from others.</param>
    /// <param name="Time">When.</param>
    internal sealed record Published(string Channel, string? Id, DateTimeOffset Time);

    /// <summary>A channel that a test event may go to.</summary>
    /// <param name="Channel">Its name, as it is written.</param>
    /// <param name="Subscribers">Connections that hold it now.</param>
    /// <param name="MissingNodes">As in the lists.</param>
    internal sealed record ChannelAnswer(string Channel, int Subscribers, int MissingNodes);

    /// <summary>What became of an event.</summary>
    /// <param name="Journey">On all nodes.</param>
    /// <param name="Verdict">Whether the user that was named got it.</param>
    internal sealed record JourneyAnswer(Journey Journey, DeliveryVerdict? Verdict);
}
