using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.Hosting;

/// <summary>
/// A check of something that a service needs to start, but can miss later: unhealthy until it first succeeded, degraded from then on. A broker that is lost must not take
/// web nodes out of service: their streams stay open and tell their clients.
/// </summary>
internal sealed class LostLaterHealthCheck(Func<IServiceProvider, IHealthCheck> inner, IServiceProvider services, LostLaterHealthCheck.Memory memory) : IHealthCheck
{
    // A client that queues commands while it reconnects answers late; whoever asks for health does not wait so long.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Puts this check around another.</summary>
    public static void Wrap(HealthCheckRegistration registration)
    {
        var inner = registration.Factory;
        var memory = new Memory();
        registration.Factory = services => new LostLaterHealthCheck(inner, services, memory);
    }

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        HealthCheckResult result;
        try
        {
            result = await inner(services).CheckHealthAsync(context, cancellationToken).WaitAsync(Patience, cancellationToken);
        }
        catch (TimeoutException)
        {
            result = HealthCheckResult.Unhealthy($"No answer within {Patience.TotalSeconds:0} s.");
        }

        if (result.Status == HealthStatus.Healthy)
        {
            memory.HasSucceeded = true;
        }

        return memory.HasSucceeded && result.Status == HealthStatus.Unhealthy
            ? HealthCheckResult.Degraded(result.Description, result.Exception, result.Data)
            : result;
    }

    /// <summary>Outlives the checks, which are made anew each time.</summary>
    internal sealed class Memory
    {
        public volatile bool HasSucceeded;
    }
}
