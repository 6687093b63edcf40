using PushApp.Push;

namespace PushApp.Bench.Endurance;

/// <summary>The library as a worker uses it: configured by its connection string, publishing and reading logs, no web server.</summary>
internal sealed class PushClient : IAsyncDisposable
{
    private readonly IHost _host;

    private PushClient(IHost host) => _host = host;

    public IPushPublisher Publisher => _host.Services.GetRequiredService<IPushPublisher>();

    public IChannelHistory History => _host.Services.GetRequiredService<IChannelHistory>();

    public static async Task<PushClient> StartAsync(string connectionString, Action<PushOptions> configure, CancellationToken cancellationToken)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection([new("ConnectionStrings:redis", connectionString)]);
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddPush(configure);
        var host = builder.Build();
        await host.StartAsync(cancellationToken);
        return new PushClient(host);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
    }
}
