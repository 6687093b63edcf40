using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PushApp.Push;
using PushApp.SocketIO;

namespace PushApp.Tests.Infrastructure;

/// <summary>
/// A web node with Socket.IO on a free port of loopback; with a broker, with PushApp.Push and streams at <c>/sse</c> too. The header <c>X-Test-User</c> signs a request in. Rooms that begin with
/// <c>secret</c> are nobody's.
/// </summary>
internal sealed class SocketIONode : IAsyncDisposable
{
    private readonly WebApplication _app;

    private SocketIONode(WebApplication app)
    {
        _app = app;
        Address = new Uri(app.Urls.First());
        Http = new HttpClient { BaseAddress = Address };
    }

    public Uri Address { get; }

    public HttpClient Http { get; }

    public IServiceProvider Services => _app.Services;

    public ISocketServer Server => Services.GetRequiredService<ISocketServer>();

    public IPushPublisher Publisher => Services.GetRequiredService<IPushPublisher>();

    /// <param name="map">Maps the namespaces.</param>
    /// <param name="redis">The broker; null for a node alone.</param>
    /// <param name="prefix">The key prefix of the nodes that belong together.</param>
    /// <param name="options">Options of Socket.IO.</param>
    /// <param name="settings">Configuration.</param>
    /// <param name="services">More services.</param>
    /// <param name="time">Its clock; the system's where none is given.</param>
    public static async Task<SocketIONode> StartAsync(
        Action<SocketIOBuilder> map, string? redis = null, string prefix = "test", Action<SocketIOOptions>? options = null, IDictionary<string, string?>? settings = null,
        Action<IServiceCollection>? services = null, TimeProvider? time = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:redis"] = redis,
            ["Push:KeyPrefix"] = prefix,
            ["Push:StatsInterval"] = "00:00:00",
        });
        builder.Configuration.AddInMemoryCollection(settings ?? new Dictionary<string, string?>());
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        builder.Services.AddAuthorization();
        if (redis is not null)
        {
            builder.Services.AddPush().AddAuthorizer((_, channel, _) => channel.Prefix is "room" && !channel.Value.Contains("secret", StringComparison.Ordinal));
        }

        builder.Services.AddSocketIO(configured =>
        {
            configured.Engine.AllowEIO3 = true;
            options?.Invoke(configured);
        });
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        services?.Invoke(builder.Services);
        var app = builder.Build();
        app.UseTestSignIn(user => $"sign-in of {user}");
        app.MapSocketIO("/socket.io", map);
        if (redis is not null)
        {
            app.MapServerSentEvents("/sse");
        }

        await app.StartAsync(TestContext.Current.CancellationToken);
        return new SocketIONode(app);
    }

    public static Dictionary<string, string> As(string user) => new() { ["X-Test-User"] = user };

    public Task StopAsync() => _app.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }
}
