using System.Diagnostics;
using System.Net;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using PushApp.Tests.Infrastructure;
using StackExchange.Redis;

namespace PushApp.Tests.Integration.Hosting;

public sealed class AppTests
{
    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task The_app_comes_up_and_services_can_reach_the_broker(BrokerKind kind)
    {
        await using var app = await AppFixture.StartAsync(kind);
        using var client = app.CreateWebClient();

        Assert.Equal("Healthy", await client.GetStringAsync("/health", TestContext.Current.CancellationToken));
        Assert.Equal("Healthy", await client.GetStringAsync("/alive", TestContext.Current.CancellationToken));
        var connectionString = await app.App.GetConnectionStringAsync("redis", TestContext.Current.CancellationToken);
        Assert.Contains("password=", connectionString, StringComparison.Ordinal);
        await using var connection = await ConnectionMultiplexer.ConnectAsync(connectionString!);
        Assert.True(await connection.GetDatabase().PingAsync() > TimeSpan.Zero);
    }

    [Fact]
    public async Task An_external_broker_is_used_as_it_is_given()
    {
        await using var broker = await BrokerProcess.StartAsync(BrokerKind.Garnet, TestContext.Current.CancellationToken);
        await using var app = await AppFixture.StartAsync(
            BrokerKind.Garnet, "--PushApp:Broker=external", $"--ConnectionStrings:redis={broker.ConnectionString}");

        Assert.Equal(broker.ConnectionString, await app.App.GetConnectionStringAsync("redis", TestContext.Current.CancellationToken));
        using var client = app.CreateWebClient();
        Assert.Equal("Healthy", await client.GetStringAsync("/health", TestContext.Current.CancellationToken));

        // Both replicas subscribe to the stats that they publish, at that broker and no other.
        await using var connection = await broker.ConnectAsync();
        using var stream = await client.GetAsync("/sse/?channel=stats", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, stream.StatusCode);
        var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await connection.GetSubscriber().SubscribeAsync(RedisChannel.Pattern("*stats*"), (_, _) => heard.TrySetResult());
        await heard.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_replica_that_was_killed_is_passed_over_and_started_by_command_only()
    {
        AppEngine.RequireOwnProcesses();
        await using var app = await AppFixture.StartAsync(BrokerKind.Garnet);
        using (var replica = Process.GetProcessById(app.ProcessId("web-1")))
        {
            replica.Kill();
        }

        await app.App.ResourceNotifications.WaitForResourceAsync("web", e => e.ResourceId == "web-1" && e.Snapshot.State?.Text == KnownResourceStates.Exited, TestContext.Current.CancellationToken);
        for (var i = 0; i < 10; i++)
        {
            // A connection of its own each time.
            using var client = app.CreateWebClient();
            using var response = await client.GetAsync("/alive", TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        await app.CommandAsync("web-1", KnownResourceCommands.StartCommand);
        await app.App.ResourceNotifications.WaitForResourceAsync("web", e => e.ResourceId == "web-1" && e.Snapshot.HealthStatus == HealthStatus.Healthy, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Each_replica_tells_its_own_health()
    {
        AppEngine.RequireOwnProcesses();
        Prerequisite.Linux("a replica is frozen by SIGSTOP.");
        await using var app = await AppFixture.StartAsync(BrokerKind.Garnet);
        var frozenId = app.ProcessId("web-1");
        ProcessSignals.Freeze(frozenId);
        ResourceEvent? frozen = null, other = null;
        await foreach (var change in app.App.ResourceNotifications.WatchAsync(TestContext.Current.CancellationToken))
        {
            frozen = change is { ResourceId: "web-1", Snapshot.HealthStatus: HealthStatus.Unhealthy } ? change : frozen;
            if (frozen is not null && change.ResourceId == "web-2")
            {
                // Told after the other, so of the same look or of a later one.
                other = change;
                break;
            }
        }

        var report = Assert.Single(frozen!.Snapshot.HealthReports);
        Assert.StartsWith("web-1 does not answer /health: ", report.Description, StringComparison.Ordinal);
        Assert.Equal(new HealthReportSnapshot(report.Name, HealthStatus.Healthy, null, null), Assert.Single(other!.Snapshot.HealthReports));
        var healthy = app.HealthyAsync("web");
        Assert.False(healthy.IsCompleted);

        ProcessSignals.Thaw(frozenId);
        await healthy;
    }

    [Fact]
    public async Task A_broker_stopped_and_started_by_command_leaves_the_services_up()
    {
        await using var app = await AppFixture.StartAsync(BrokerKind.Garnet);
        var worker = app.ProcessId("worker");

        await app.CommandAsync("redis", KnownResourceCommands.StopCommand);
        using var client = app.CreateWebClient();
        using (var response = await client.GetAsync("/health", TestContext.Current.CancellationToken))
        {
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        if (!AppEngine.IsAspire)
        {
            // Aspire's check looks at the status alone.
            var degraded = await app.App.ResourceNotifications.WaitForResourceAsync("web", e => e.Snapshot.HealthStatus == HealthStatus.Degraded, TestContext.Current.CancellationToken);
            Assert.Contains("StackExchange.Redis", Assert.Single(degraded.Snapshot.HealthReports).Description, StringComparison.Ordinal);
        }

        await app.CommandAsync("redis", KnownResourceCommands.StartCommand);
        await app.HealthyAsync("redis");
        await app.HealthyAsync("web");
        await Until.TrueAsync(async () => await client.GetStringAsync("/health", TestContext.Current.CancellationToken) == "Healthy", "web is healthy again", TimeSpan.FromMinutes(1));
        Assert.Equal(worker, app.ProcessId("worker"));
    }
}
