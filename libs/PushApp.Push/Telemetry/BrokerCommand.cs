using System.Diagnostics;

namespace PushApp.Push.Telemetry;

/// <summary>Measures one command to the broker: a span below the caller's, and the round trip's duration.</summary>
internal readonly struct BrokerCommand : IDisposable
{
    private readonly PushMetrics _metrics;
    private readonly string _command;
    private readonly Activity? _activity;
    private readonly long _started;

    private BrokerCommand(PushMetrics metrics, string command, string? script)
    {
        _metrics = metrics;
        _command = command;
        _activity = PushActivitySource.StartCommand(command, script);
        _started = Stopwatch.GetTimestamp();
    }

    public static BrokerCommand Start(PushMetrics metrics, string command, string? script = null) => new(metrics, command, script);

    /// <summary>It failed. Disposing follows.</summary>
    public void Fail(Exception error)
    {
        _activity?.SetStatus(ActivityStatusCode.Error, error.Message);
        _activity?.SetTag("error.type", error.GetType().FullName);
    }

    public void Dispose()
    {
        _metrics.RoundTrip(_command, Stopwatch.GetElapsedTime(_started).TotalSeconds);
        _activity?.Dispose();
    }
}
