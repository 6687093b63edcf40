using System.Diagnostics;

namespace PushApp.SocketIO.Telemetry;

/// <summary>
/// A client's event is a trace of its own: the request below it, a WebSocket's, lasts as long as the connection and would gather all that is sent over it. By the conventions for remote procedure calls
/// (https://opentelemetry.io/docs/specs/semconv/rpc/rpc-spans/), version 1.37.
/// </summary>
internal static class SocketIOActivitySource
{
    // What a client calls an event that nobody handles is no name for a span.
    private const string Unknown = "unknown";

    private static readonly ActivitySource Source = new(SocketIOTelemetry.SourceName);

    public static Activity? StartEvent(NamespaceDefinition definition, string eventName)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        Activity.Current = null;
        var method = definition.Events.ContainsKey(eventName) ? eventName : Unknown;
        var activity = Source.StartActivity($"{definition.Name} {method}", ActivityKind.Server);
        if (activity is { IsAllDataRequested: true })
        {
            activity.SetTag("rpc.system", "socketio");
            activity.SetTag("rpc.service", definition.Name);
            activity.SetTag("rpc.method", method);
        }

        return activity;
    }
}
