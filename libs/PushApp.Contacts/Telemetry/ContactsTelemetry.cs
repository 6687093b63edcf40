using System.Diagnostics;
using System.Globalization;

namespace PushApp.Contacts;

/// <summary>What traces and metrics of contacts and imports are called.</summary>
public static class ContactsTelemetry
{
    /// <summary>The name of the <see cref="ActivitySource"/> and of the meter.</summary>
    public const string SourceName = "PushApp.Contacts";

    /// <summary>The tag that says when what a span carries out was asked for; PushApp.Push shows it as the beginning of the events that come of it.</summary>
    private const string RequestedTag = "pushapp.requested_at";

    internal static ActivitySource Source { get; } = new(SourceName);

    /// <summary>
    /// Starts the span of one batch's transaction, by the conventions for databases (https://opentelemetry.io/docs/specs/semconv/database/database-spans/); null when nobody listens, or outside a trace.
    /// </summary>
    /// <param name="database">The kind of database, as the conventions call it.</param>
    internal static Activity? StartBatch(string database)
    {
        var activity = Activity.Current is null ? null : Source.StartActivity("store contacts", ActivityKind.Client);
        activity?.SetTag("db.system.name", database).SetTag("db.operation.name", "store contacts").SetTag("db.collection.name", "Contacts");
        return activity;
    }

    /// <summary>Starts a span that continues a stored trace; null when nobody listens.</summary>
    internal static Activity? StartContinuation(string name, ActivityKind kind, string? traceParent, DateTimeOffset requestedAt)
    {
        IEnumerable<KeyValuePair<string, object?>> tags = [new(RequestedTag, requestedAt.ToString("O", CultureInfo.InvariantCulture))];
        if (traceParent is not null && ActivityContext.TryParse(traceParent, null, isRemote: true, out var parent))
        {
            return Source.StartActivity(name, kind, parent, tags);
        }

        return Source.StartActivity(name, kind, default(ActivityContext), tags);
    }
}
