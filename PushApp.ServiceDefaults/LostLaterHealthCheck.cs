using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Microsoft.Extensions.Hosting;

/// <summary>
/// A check of something that a service needs to start, but can miss later: unhealthy until it first succeeded, degraded from then on. A broker that is lost must not take
/// web nodes out of service: their streams stay open and tell their clients. The log has one line when it is lost, and one when it is back.
/// </summary>
internal sealed partial class LostLaterHealthCheck(Func<IServiceProvider, IHealthCheck> inner, IServiceProvider services, LostLaterHealthCheck.Memory memory) : IHealthCheck
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

        if (!memory.HasSucceeded)
        {
            return result;
        }

        var isLost = result.Status == HealthStatus.Unhealthy;
        if (memory.Changes(isLost) && services.GetService<ILoggerFactory>() is { } loggers)
        {
            Tell(loggers.CreateLogger<LostLaterHealthCheck>(), context.Registration.Name, isLost ? result : null);
        }

        // Without the exception, which would stand in the log with each question.
        return isLost ? HealthCheckResult.Degraded(result.Description ?? result.Exception?.Message, data: result.Data) : result;
    }

    private static void Tell(ILogger logger, string check, HealthCheckResult? lost)
    {
        if (lost is { } result)
        {
            Lost(logger, check, result.Description ?? result.Exception?.Message ?? "");
        }
        else
        {
            Found(logger, check);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "{Check} is lost: {Reason}", EventName = "Lost")]
    private static partial void Lost(ILogger logger, string check, string reason);

    [LoggerMessage(2, LogLevel.Information, "{Check} is back.", EventName = "Found")]
    private static partial void Found(ILogger logger, string check);

    /// <summary>Outlives the checks, which are made anew each time.</summary>
    internal sealed class Memory
    {
        public volatile bool HasSucceeded;
        private int _isLost;

        /// <summary>Whether it was otherwise before.</summary>
        public bool Changes(bool isLost) => Interlocked.Exchange(ref _isLost, isLost ? 1 : 0) != (isLost ? 1 : 0);
    }
}
