using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PushApp.Push;

namespace PushApp.Tests.Infrastructure;

/// <summary>
/// A web node with PushApp.Push and nothing else, on a free port of loopback. The header <c>X-Test-User</c> signs a request in, <c>X-Test-SignIn</c> names its sign-in.
/// </summary>
internal sealed class PushNode : IAsyncDisposable
{
    private readonly WebApplication _app;

    private PushNode(WebApplication app)
    {
        _app = app;
        Address = new Uri(app.Urls.First());
        Http = new HttpClient { BaseAddress = Address };
    }

    public Uri Address { get; }

    public HttpClient Http { get; }

    /// <summary>Every endpoint; <see cref="Address"/> is the first.</summary>
    public ICollection<string> Urls => _app.Urls;

    public IServiceProvider Services => _app.Services;

    public IPushPublisher Publisher => Services.GetRequiredService<IPushPublisher>();

    /// <summary>Connections that have joined.</summary>
    public int Connections => Services.GetRequiredService<PushApp.Push.Hub.ChannelHub>().Connections;

    public static async Task<PushNode> StartAsync(
        string redis, string prefix, IDictionary<string, string?>? settings = null, Action<WebApplicationBuilder>? configure = null, Action<WebApplication>? map = null,
        HttpProtocols protocols = HttpProtocols.Http1)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:redis"] = redis,
            ["Push:KeyPrefix"] = prefix,
            ["Push:StatsInterval"] = "00:00:00",
        });
        builder.Configuration.AddInMemoryCollection(settings ?? new Dictionary<string, string?>());
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = protocols));
        builder.Logging.ClearProviders();
        builder.Services.AddPush();
        configure?.Invoke(builder);
        var app = builder.Build();
        app.UseTestSignIn();
        if (map is null)
        {
            app.MapServerSentEvents("/sse");
        }
        else
        {
            map(app);
        }

        await app.StartAsync(TestContext.Current.CancellationToken);
        return new PushNode(app);
    }

    /// <summary>Opens a stream; it has joined its channels when this returns.</summary>
    public Task<SseReader> OpenAsync(string path = "/sse", string? user = null, string? lastEventId = null, string? signIn = null) =>
        SseReader.OpenAsync(Http, path, user, lastEventId, signIn);

    public Task StopAsync() => _app.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }
}
