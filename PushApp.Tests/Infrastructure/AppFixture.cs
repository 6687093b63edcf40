using Aspire.Hosting;
using Aspire.Hosting.Testing;

namespace PushApp.Tests.Infrastructure;

/// <summary>The whole app, by the real AppHost, on a broker and a data folder of its own and on free ports.</summary>
public sealed class AppFixture : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(3);

    private readonly IDistributedApplicationTestingBuilder _builder;
    private readonly TempFolder _data;

    private AppFixture(DistributedApplication app, IDistributedApplicationTestingBuilder builder, TempFolder data) => (App, _builder, _data) = (app, builder, data);

    public DistributedApplication App { get; }

    /// <summary>The one address of all web replicas.</summary>
    public Uri WebAddress => App.GetEndpoint("web", "http");

    /// <summary>Starts the app and waits until worker and web are healthy. Settings are arguments of the AppHost, as <c>--PushApp:Acknowledge=Memory</c>.</summary>
    public static Task<AppFixture> StartAsync(BrokerKind broker, params string[] settings) => StartAsync(broker, _ => { }, settings);

    /// <summary>The same, after something was changed about its resources.</summary>
    public static async Task<AppFixture> StartAsync(BrokerKind broker, Action<IDistributedApplicationTestingBuilder> configure, params string[] settings)
    {
        if (broker == BrokerKind.RedisServer)
        {
            _ = Prerequisite.Program("redis-server", "install Redis (or Valkey) to run the tests against it.");
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(StartTimeout);
        var data = new TempFolder("app");
        IDistributedApplicationTestingBuilder? builder = null;
        try
        {
            builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.PushApp_AppHost>(
                [$"--PushApp:Broker={(broker == BrokerKind.Garnet ? "embedded" : "server")}", $"--PushApp:DataDirectory={data.Path}", .. settings],
                limit.Token);
            configure(builder);
            var app = await builder.BuildAsync(limit.Token);
            await app.StartAsync(limit.Token);
            await app.ResourceNotifications.WaitForResourceHealthyAsync("worker", limit.Token);
            await app.ResourceNotifications.WaitForResourceHealthyAsync("web", limit.Token);
            return new AppFixture(app, builder, data);
        }
        catch
        {
            if (builder is not null)
            {
                // Ends the app too.
                await builder.DisposeAsync();
            }

            data.Dispose();
            throw;
        }
    }

    /// <summary>A client for the web replicas, with cookies of its own.</summary>
    public HttpClient CreateWebClient() => new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = WebAddress };

    /// <summary>Carries out a command of <see cref="Aspire.Hosting.ApplicationModel.KnownResourceCommands"/> on a resource, or on one of its replicas.</summary>
    public async Task CommandAsync(string resourceId, string command)
    {
        var result = await App.ResourceCommands.ExecuteCommandAsync(resourceId, command, TestContext.Current.CancellationToken);
        Assert.True(result.Success, result.Message);
    }

    public Task HealthyAsync(string resource) =>
        App.ResourceNotifications.WaitForResourceHealthyAsync(resource, TestContext.Current.CancellationToken).WaitAsync(StartTimeout, TestContext.Current.CancellationToken);

    /// <summary>The process of a replica, by its id.</summary>
    public int ProcessId(string resourceId) =>
        App.ResourceNotifications.TryGetCurrentState(resourceId, out var state) && state.Snapshot.Properties.FirstOrDefault(p => p.Name == "executable.pid")?.Value is int pid
            ? pid
            : throw new InvalidOperationException($"'{resourceId}' has no process.");

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await _builder.DisposeAsync();
        _data.Dispose();
    }
}
