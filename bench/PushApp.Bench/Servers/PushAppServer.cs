using PushApp.Bench.Processes;
using PushApp.Push;
using PushApp.Push.Hub;

namespace PushApp.Bench.Servers;

/// <summary>PushApp as an app uses it: <c>AddPush</c> and <c>MapServerSentEvents</c>, with the broker in <c>ConnectionStrings__redis</c>. Visitors read <c>broadcast</c>.</summary>
internal static class PushAppServer
{
    public static async Task<int> RunAsync(CancellationToken cancellationToken)
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
        app.MapServerSentEvents("/sse");

        var hub = app.Services.GetRequiredService<ChannelHub>();
        using var control = new ControlListener(
            publish: () => throw new InvalidOperationException("Events come over the broker; the publishing process is to be told."),
            () => new ServerFigures(Connections: hub.ConnectionCount));
        return await BenchHost.RunAsync(app, control, cancellationToken);
    }
}
