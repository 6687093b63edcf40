using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace PushApp.AppHost;

/// <summary>
/// Whether imports are paused, by the worker's own word. Asked as one of the worker's health checks, so that the commands know of a switch that was set by hand, or in an earlier run; paused is as healthy as any other. Thread-safe.
/// </summary>
internal sealed class PauseCheck(EndpointReference worker, string key) : IHealthCheck
{
    private readonly Lock _lock = new();
    private bool? _isPaused;
    private int _changes;

    /// <summary>Null as long as it is not known.</summary>
    public bool? IsPaused
    {
        get
        {
            lock (_lock)
            {
                return _isPaused;
            }
        }
    }

    /// <summary>A command has set the switch, which an answer that is on its way does not know.</summary>
    public void Set(bool isPaused)
    {
        lock (_lock)
        {
            _isPaused = isPaused;
            _changes++;
        }
    }

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        int before;
        lock (_lock)
        {
            before = _changes;
        }

        try
        {
            using var response = await ServiceRequest.SendAsync(worker, HttpMethod.Get, "/pause", key, content: null, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                // The broker is away, most of all: the worker's own check tells of that.
                return HealthCheckResult.Degraded($"Whether imports are paused is not known: '{worker.Resource.Name}' answered {(int)response.StatusCode}.");
            }

            var isPaused = (await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("paused").GetBoolean();
            lock (_lock)
            {
                _isPaused = _changes == before ? isPaused : _isPaused;
            }

            return HealthCheckResult.Healthy(isPaused ? "Imports are paused." : "Imports are taken as they come.");
        }
        catch (Exception error) when (error is HttpRequestException or JsonException or TaskCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return HealthCheckResult.Unhealthy($"Whether imports are paused is not known: '{worker.Resource.Name}' does not answer: {error.Message}");
        }
    }
}
