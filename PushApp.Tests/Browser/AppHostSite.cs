using Aspire.Hosting;
using Aspire.Hosting.Testing;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Browser;

/// <summary>The whole app as the AppHost runs it: the embedded broker, a worker and two web replicas behind one address, with a browser to look at it.</summary>
public sealed class AppHostSite : IAsyncLifetime
{
    private readonly TempFolder _data = new("site");
    private readonly ChromiumBrowser _browser = new();

    // Lives as long as the app, which goes with it.
    private IDistributedApplicationTestingBuilder? _builder;
    private DistributedApplication? _app;

    public async ValueTask InitializeAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(3));
        _builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.PushApp_AppHost>(
            ["--PushApp:Broker=embedded", $"--PushApp:DataDirectory={_data.Path}"], limit.Token);
        _app = await _builder.BuildAsync(limit.Token);
        await _app.StartAsync(limit.Token);
        await _app.ResourceNotifications.WaitForResourceHealthyAsync("worker", limit.Token);
        await _app.ResourceNotifications.WaitForResourceHealthyAsync("web", limit.Token);
    }

    /// <summary>A person in front of the site: a browser context of their own, signed up.</summary>
    internal Task<Person> SignUpAsync() => _browser.SignUpAsync(_app!.GetEndpoint("web", "http"));

    /// <summary>Runs a command of a resource, as the dashboard does.</summary>
    internal async Task CommandAsync(string resource, string command) =>
        Assert.True((await _app!.ResourceCommands.ExecuteCommandAsync(resource, command, TestContext.Current.CancellationToken)).Success);

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        if (_builder is not null)
        {
            await _builder.DisposeAsync();
        }

        _data.Dispose();
    }
}
