using System.Diagnostics;

namespace PushApp.Push.Telemetry;

/// <summary>Measures commands to the broker: a span below the caller's, and the round trip's duration.</summary>
internal static class BrokerCommand
{
    /// <param name="metrics">Where the duration goes; null where what is waited for is more than one round trip.</param>
    /// <param name="command">The command.</param>
    /// <param name="script">The script that it runs; null for none.</param>
    /// <param name="call">The call, on its way.</param>
    public static async Task RunAsync(PushMetrics? metrics, string command, string? script, Task call)
    {
        var started = Stopwatch.GetTimestamp();
        using var activity = PushActivitySource.StartCommand(command, script);
        try
        {
            await call.ConfigureAwait(false);
        }
        catch (Exception error)
        {
            activity?.SetStatus(ActivityStatusCode.Error, error.Message);
            activity?.SetTag("error.type", error.GetType().FullName);
            throw;
        }
        finally
        {
            metrics?.RoundTrip(command, Stopwatch.GetElapsedTime(started).TotalSeconds);
        }
    }

    /// <inheritdoc cref="RunAsync(PushMetrics?, string, string?, Task)"/>
    public static async Task<T> RunAsync<T>(PushMetrics? metrics, string command, string? script, Task<T> call)
    {
        await RunAsync(metrics, command, script, (Task)call).ConfigureAwait(false);
        return await call.ConfigureAwait(false);
    }
}
