using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PushApp.Push;
using PushApp.SocketIO;
using PushApp.SocketIO.Engine;
using PushApp.SocketIO.Engine.Cluster;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.SocketIO.Engine;

/// <summary>A web node with Engine.IO and nothing above it, at <c>/engine.io/</c> of a free port of loopback: every message comes back. The header <c>X-Test-User</c> signs a request in.</summary>
internal sealed class EngineNode : IAsyncDisposable
{
    public const string Path = "/engine.io/";

    private readonly WebApplication _app;

    private EngineNode(WebApplication app, EngineServer server, ConcurrentQueue<EngineEcho> sessions)
    {
        _app = app;
        Server = server;
        Sessions = sessions;
        Address = new Uri(app.Urls.First());
        Client = new EngineClient(Address);
    }

    public Uri Address { get; }

    public EngineServer Server { get; }

    public EngineClient Client { get; }

    /// <summary>The layer above of every session that was opened here.</summary>
    public ConcurrentQueue<EngineEcho> Sessions { get; }

    public IServiceProvider Services => _app.Services;

    public static async Task<EngineNode> StartAsync(
        Action<SocketIOOptions>? configure = null, Action<WebApplicationBuilder>? build = null, Action<WebApplication>? use = null, Func<EngineEcho>? listener = null,
        HttpProtocols protocols = HttpProtocols.Http1, TimeProvider? time = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = protocols));
        builder.Logging.ClearProviders();
        builder.Services.AddOptions<SocketIOOptions>().Configure(options => configure?.Invoke(options)).ValidateOnStart();
        builder.Services.AddEngineIO();
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        build?.Invoke(builder);
        var app = builder.Build();
        app.UseTestSignIn();
        use?.Invoke(app);
        var sessions = new ConcurrentQueue<EngineEcho>();
        var server = app.Services.GetRequiredService<EngineServerFactory>().Create(() =>
        {
            var echo = listener?.Invoke() ?? new EngineEcho();
            sessions.Enqueue(echo);
            return echo;
        });
        app.Map(Path, server.HandleAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new EngineNode(app, server, sessions);
    }

    /// <summary>A node of several, beside one Redis.</summary>
    public static async Task<EngineNode> StartAsync(string redis, string prefix, Action<SocketIOOptions>? configure = null, Action<WebApplicationBuilder>? build = null, Func<EngineEcho>? listener = null)
    {
        var node = await StartAsync(
            options =>
            {
                options.Cluster.Secret = "a secret of the tests, long enough for anyone";
                configure?.Invoke(options);
            },
            builder =>
            {
                builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
                {
                    ["ConnectionStrings:redis"] = redis,
                    ["Push:KeyPrefix"] = prefix,
                    ["Push:StatsInterval"] = "00:00:00",
                });
                builder.Services.AddPush();
                build?.Invoke(builder);
            },
            listener: listener);
        await node.Services.GetRequiredService<NodeLease>().Registered.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        return node;
    }

    public Task StopAsync() => _app.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
