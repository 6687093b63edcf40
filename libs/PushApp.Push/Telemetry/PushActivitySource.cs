using System.Diagnostics;

namespace PushApp.Push.Telemetry;

/// <summary>
/// Spans by OpenTelemetry's messaging conventions, version 1.37 (https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/).
/// Names use the channel's template, so that they stay few.
/// </summary>
internal static class PushActivitySource
{
    private static readonly ActivitySource Source = new(PushTelemetry.SourceName);

    /// <summary>A trace of its own, or part of the current one; nothing below a span that is not recorded, whatever the sampler says of it.</summary>
    public static Activity? StartPublish(ChannelName channel, string eventName) =>
        Activity.Current is { Recorded: false } ? null : Start("publish", "send", ActivityKind.Producer, channel, eventName, default);

    /// <summary>An event's arrival at this node, below its publish; nothing where that is not recorded.</summary>
    public static Activity? StartProcess(ChannelName channel, string eventName, string? traceParent) =>
        ActivityContext.TryParse(traceParent, null, isRemote: true, out var parent) && parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded)
            ? Start("process", "process", ActivityKind.Consumer, channel, eventName, parent)
            : null;

    /// <summary>The fan-out of an event on this node; only below a span that is recorded.</summary>
    public static Activity? StartDeliver(ChannelName channel, string eventName) =>
        Activity.Current is { Recorded: true } ? Start("deliver", "process", ActivityKind.Internal, channel, eventName, default) : null;

    /// <summary>
    /// A command to the broker, by the conventions for databases (https://opentelemetry.io/docs/specs/semconv/database/redis/). Only below another span: what a process does on its own account
    /// (leases, comparisons of heads) is no trace of its own.
    /// </summary>
    /// <param name="command">The command.</param>
    /// <param name="script">The script that it runs; null for none.</param>
    public static Activity? StartCommand(string command, string? script)
    {
        if (Activity.Current is not { Recorded: true } || !Source.HasListeners())
        {
            return null;
        }

        var activity = Source.StartActivity(script is null ? command : $"{command} {script}", ActivityKind.Client);
        if (activity is { IsAllDataRequested: true })
        {
            activity.SetTag("db.system.name", "redis");
            activity.SetTag("db.operation.name", command);
            activity.SetTag("db.stored_procedure.name", script);
        }

        return activity;
    }

    private static Activity? Start(string operation, string type, ActivityKind kind, ChannelName channel, string eventName, ActivityContext parent)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        var activity = Source.StartActivity($"{operation} {channel.Template}", kind, parent);
        if (activity is { IsAllDataRequested: true })
        {
            activity.SetTag("messaging.system", "pushapp");
            activity.SetTag("messaging.operation.name", operation);
            activity.SetTag("messaging.operation.type", type);
            activity.SetTag("messaging.destination.name", channel.Value);
            activity.SetTag("messaging.destination.template", channel.Template);
            activity.SetTag("pushapp.event", eventName);
        }

        return activity;
    }
}
