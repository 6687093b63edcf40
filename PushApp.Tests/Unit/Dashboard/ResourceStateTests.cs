using PushApp.Dashboard.Resources;

namespace PushApp.Tests.Unit.Dashboard;

public sealed class ResourceStateTests
{
    [Theory]
    [InlineData("Running", "Healthy", 1, "good", "Running · Healthy")]
    [InlineData("Running", "Degraded", 1, "weak", "Running · Degraded")]
    [InlineData("Running", null, 1, "busy", "Running · not ready yet")]
    [InlineData("Running", "Unhealthy", 1, "busy", "Running · not ready yet")]
    [InlineData("Running", "Unhealthy", 31, "bad", "Running · Unhealthy")]
    [InlineData("Starting", null, 1, "busy", "Starting")]
    [InlineData("Waiting", null, 1, "busy", "Waiting")]
    [InlineData("Exited", null, 31, "bad", "Exited (3)")]
    [InlineData("FailedToStart", null, 31, "bad", "FailedToStart")]
    [InlineData("Finished", null, 31, "quiet", "Finished")]
    public void What_has_only_just_started_is_not_in_trouble(string state, string? health, int secondsAfterStart, string tone, string text) =>
        Assert.Equal(new ResourceState(tone, text), ResourceState.Of(state, health, state == "Exited" ? 3 : null, TimeSpan.FromSeconds(secondsAfterStart)));
}
