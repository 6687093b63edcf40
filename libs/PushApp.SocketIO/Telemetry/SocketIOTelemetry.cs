namespace PushApp.SocketIO;

/// <summary>Where PushApp.SocketIO's telemetry comes from.</summary>
public static class SocketIOTelemetry
{
    /// <summary>The name of the activity source.</summary>
    public const string SourceName = "PushApp.SocketIO";

    /// <summary>The name of the meter. docs/socketio.md lists its instruments.</summary>
    public const string MeterName = "PushApp.SocketIO";
}
