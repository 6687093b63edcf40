using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using PushApp.Tests.Infrastructure;

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

    [Fact]
    public async Task The_log_has_one_line_when_it_is_lost_and_one_when_it_is_back()
    {
        var lines = new List<string>();
        var services = new ServiceCollection();
        new LogHook((name, text) => lines.Add($"{name}: {text}")).AddTo(services);
        await using var provider = services.BuildServiceProvider();
        var result = HealthCheckResult.Unhealthy("not there yet");
        var registration = new HealthCheckRegistration("StackExchange.Redis", _ => new Check(() => result), null, null);
        LostLaterHealthCheck.Wrap(registration);

        await AskAsync();
        result = HealthCheckResult.Healthy();
        await AskAsync();
        result = HealthCheckResult.Unhealthy("no answer", new TimeoutException());
        var lost = await AskAsync();
        await AskAsync();
        result = HealthCheckResult.Healthy();
        await AskAsync();
        await AskAsync();

        Assert.Equal(["Lost: StackExchange.Redis is lost: no answer", "Found: StackExchange.Redis is back."], lines);
        Assert.Equal(("no answer", null), (lost.Description, lost.Exception));

        Task<HealthCheckResult> AskAsync() =>
            registration.Factory(provider).CheckHealthAsync(new HealthCheckContext { Registration = registration }, TestContext.Current.CancellationToken);
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
