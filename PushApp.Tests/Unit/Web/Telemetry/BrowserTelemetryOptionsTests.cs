using PushApp.Web.Telemetry;

namespace PushApp.Tests.Unit.Web.Telemetry;

public sealed class BrowserTelemetryOptionsTests
{
    [Fact]
    public void Options_of_the_relay_are_valid_by_default_and_every_fault_is_reported_with_its_key()
    {
        var validator = new BrowserTelemetryOptionsValidator();
        Assert.True(validator.Validate(null, new BrowserTelemetryOptions()).Succeeded);

        var faults = validator.Validate(null, new BrowserTelemetryOptions { ServiceName = "", MaxRequestBytes = 1, MaxSpans = 20, Burst = 10, PerMinute = 0, MaxQueuedSpans = 0 }).Failures!.ToList();
        Assert.Equal(5, faults.Count);
        Assert.All(faults, fault => Assert.StartsWith("BrowserTelemetry:", fault, StringComparison.Ordinal));
    }
}
