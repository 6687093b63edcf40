using System.Collections.Concurrent;
using System.Diagnostics;
using PushApp.Push;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Push.Telemetry;

public sealed class TraceTests(BrokerFixture brokers) : IClassFixture<BrokerFixture>
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_trace_leads_from_the_request_over_publish_and_each_node_to_what_the_browsers_get(bool logged)
    {
        using var trace = new Recorder();
        var broker = await brokers.GetAsync(BrokerKind.Garnet);
        var prefix = Guid.NewGuid().ToString("N");
        await using var one = await PushNode.StartAsync(broker.ConnectionString, prefix, new Dictionary<string, string?> { ["Push:Acknowledge"] = "Disk" });
        await using var two = await PushNode.StartAsync(broker.ConnectionString, prefix);
        await using var first = await one.OpenAsync();
        await using var second = await two.OpenAsync();
        await using var third = await two.OpenAsync();

        await trace.RunAsync(async () => await one.Publisher.PublishAsync(
            ChannelName.Broadcast, "greeting", "hello", logged ? null : PublishOptions.Ephemeral, TestContext.Current.CancellationToken));
        var received = new[] { await first.NextAsync(), await second.NextAsync(), await third.NextAsync() };

        var delivered = await trace.WaitAsync("deliver broadcast", 2);
        var publish = Assert.Single(trace.Named("publish broadcast"));
        Assert.Equal(trace.Root.SpanId, publish.ParentSpanId);
        Assert.Equal(ActivityKind.Producer, publish.Kind);
        var processed = trace.Named("process broadcast");
        Assert.Equal(2, processed.Count);
        Assert.All(processed, process => Assert.Equal((publish.SpanId, ActivityKind.Consumer), (process.ParentSpanId, process.Kind)));
        Assert.Equal(processed.Select(process => process.SpanId).ToHashSet(), delivered.Select(deliver => deliver.ParentSpanId).ToHashSet());
        Assert.Equal([1, 2], delivered.Select(deliver => (int)deliver.GetTagItem("pushapp.connections")!).Order());

        // What a browser shows becomes a child of its node's span.
        var contexts = received.Select(item => ActivityContext.Parse(item.TraceParent!, null)).ToArray();
        Assert.All(contexts, context => Assert.Equal(trace.Root.TraceId, context.TraceId));
        Assert.Equal(contexts[1].SpanId, contexts[2].SpanId);
        Assert.Equal(delivered.Select(deliver => deliver.SpanId).ToHashSet(), contexts.Select(context => context.SpanId).ToHashSet());

        // The broker's commands, below publish.
        Assert.All(trace.Named(logged ? "EVALSHA append" : "PUBLISH"), command => Assert.Equal((publish.SpanId, ActivityKind.Client), (command.ParentSpanId, command.Kind)));
        Assert.Single(trace.Named(logged ? "EVALSHA append" : "PUBLISH"));
        Assert.Equal(logged ? 1 : 0, trace.Named("COMMITAOF").Count);
    }

    /// <summary>Records the spans of one trace, whatever else runs beside it.</summary>
    private sealed class Recorder : IDisposable
    {
        private static readonly ActivitySource Source = new("PushApp.Tests.Trace");

        private readonly ConcurrentQueue<Activity> _ended = new();
        private readonly ActivityListener _listener;

        public Recorder()
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name is PushTelemetry.SourceName or "PushApp.Tests.Trace",
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStopped = _ended.Enqueue,
            };
            ActivitySource.AddActivityListener(_listener);
        }

        public Activity Root { get; private set; } = null!;

        public async Task RunAsync(Func<Task> action)
        {
            using var root = Source.StartActivity("request");
            Root = root!;
            await action();
        }

        public IReadOnlyList<Activity> Named(string name) => [.. _ended.Where(activity => activity.TraceId == Root.TraceId && activity.OperationName == name)];

        public async Task<IReadOnlyList<Activity>> WaitAsync(string name, int count)
        {
            await Until.TrueAsync(() => Named(name).Count == count, $"{count} spans '{name}'");
            return Named(name);
        }

        public void Dispose() => _listener.Dispose();
    }
}
