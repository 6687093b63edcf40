namespace PushApp.Push;

/// <summary>Where PushApp.Push's telemetry comes from.</summary>
public static class PushTelemetry
{
    /// <summary>The name of the activity source and of the meter.</summary>
    public const string SourceName = "PushApp.Push";
}
