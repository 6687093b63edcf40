using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace PushApp.Tests.Unit.Hosting;

public sealed class LostLaterHealthCheckTests
{
    [Fact]
    public async Task A_failure_is_unhealthy_before_the_first_success_and_degraded_after_it()
    {
        var status = HealthStatus.Unhealthy;
        var registration = new HealthCheckRegistration("StackExchange.Redis", _ => new Check(() => new HealthCheckResult(status)), null, null);
        LostLaterHealthCheck.Wrap(registration);

        Assert.Equal(HealthStatus.Unhealthy, await StatusAsync());
        status = HealthStatus.Healthy;
        Assert.Equal(HealthStatus.Healthy, await StatusAsync());
        status = HealthStatus.Unhealthy;
        Assert.Equal(HealthStatus.Degraded, await StatusAsync());

        async Task<HealthStatus> StatusAsync() =>
            (await registration.Factory(new NoServices()).CheckHealthAsync(new HealthCheckContext { Registration = registration }, TestContext.Current.CancellationToken)).Status;
    }

    private sealed class Check(Func<HealthCheckResult> result) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(result());
    }

    private sealed class NoServices : IServiceProvider
    {
        public object? GetService(Type serviceType) => null;
    }
}
