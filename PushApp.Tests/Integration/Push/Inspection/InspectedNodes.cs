using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using PushApp.Push;
using PushApp.Push.Inspection;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Push.Inspection;

/// <summary>Two nodes that remember, and a listener, so that events have traces.</summary>
internal sealed class InspectedNodes : IAsyncDisposable
{
    private readonly ActivityListener _listener;

    private InspectedNodes(string redis, string prefix, PushNode first, PushNode second, ActivityListener listener)
    {
        (Redis, Prefix, First, Second, _listener) = (redis, prefix, first, second, listener);
    }

    public string Redis { get; }

    public string Prefix { get; }

    public PushNode First { get; }

    public PushNode Second { get; }

    public IInspector Inspector => First.Services.GetRequiredService<IInspector>();

    public static async Task<InspectedNodes> StartAsync(string redis, Dictionary<string, string?>? settings = null)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == PushTelemetry.SourceName,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        var prefix = Guid.NewGuid().ToString("N");

        // A node that takes its time is waited for: without its answer, what a test asks for is not whole.
        settings = new Dictionary<string, string?>(settings ?? []);
        settings.TryAdd("Push:Inspection:AnswerTimeout", "00:00:30");
        var nodes = await Task.WhenAll(Start(), Start());
        return new InspectedNodes(redis, prefix, nodes[0], nodes[1], listener);

        Task<PushNode> Start() => PushNode.StartAsync(redis, prefix, settings, builder => builder.Services.AddPush().AddInspection());
    }

    /// <summary>Waits until a node answers whoever asks: one that has only begun to listen may be counted on, and not hear the question. It asks others when it listens itself.</summary>
    public static Task ListensAsync(PushNode node) => Until.TrueAsync(
        async () => (await node.Services.GetRequiredService<IInspector>().GetNodesAsync(withHistory: false, TestContext.Current.CancellationToken)).MissingNodes >= 0, "the node listens");

    public async Task<DeliveryVerdict> ExplainAsync(string user, EventSummary item)
    {
        var journey = await Inspector.FindJourneyAsync(ChannelName.Parse(item.Channel), item.Id, TestContext.Current.CancellationToken);
        return await Inspector.ExplainAsync(user, journey!, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await First.DisposeAsync();
        await Second.DisposeAsync();
        _listener.Dispose();
    }
}
