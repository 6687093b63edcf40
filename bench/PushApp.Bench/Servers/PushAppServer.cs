using PushApp.Bench.Processes;
using PushApp.Push;
using PushApp.Push.Hub;

namespace PushApp.Bench.Servers;

/// <summary>PushApp as an app uses it: <c>AddPush</c> and <c>MapServerSentEvents</c>, with the broker in <c>ConnectionStrings__redis</c>. Visitors read <c>broadcast</c>, users their own channel too.</summary>
internal static class PushAppServer
{
    /// <param name="injectedPayload">Data size of events that enter at the hub when this process is told to publish; null where they come over the broker.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<int> RunAsync(int? injectedPayload, CancellationToken cancellationToken)
    {
        var builder = BenchHost.CreateBuilder();
        builder.Services.AddPush(push =>
        {
            // Everybody comes from one address here; and what the node itself publishes would be counted with the rest.
            push.Streams.MaxPerUser = 0;
            push.Streams.MaxPerAddress = 0;
            push.StatsInterval = TimeSpan.Zero;
        });

        var app = builder.Build();
        app.UseBenchUsers();
        app.MapServerSentEvents("/sse");
        app.MapGet("/hello", static () => "Hello, world.");

        var hub = app.Services.GetRequiredService<ChannelHub>();
        var registry = app.Services.GetRequiredService<StreamRegistry>();
        var injector = injectedPayload is { } size ? new HubInjector(size) : null;
        HubChannel? channel = null;
        FanOutLoop[] loops = [];
        using var control = new ControlListener(
            publish: () =>
            {
                if (channel is null)
                {
                    var connections = registry.All.OfType<HubConnection>().ToArray();
                    channel = connections[0].Subscriptions[0].Channel;
                    loops = [.. connections.Select(connection => connection.Loop).Distinct()];
                }

                (injector ?? throw new InvalidOperationException("Events come over the broker; the publishing process is to be told.")).Publish(channel, loops);
            },
            () => new ServerFigures(Connections: hub.Connections, Published: injector?.Published ?? 0));
        return await BenchHost.RunAsync(app, control, cancellationToken);
    }
}
