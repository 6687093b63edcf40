using Microsoft.Extensions.DependencyInjection;
using PushApp.Push;
using PushApp.Push.Redis;
using PushApp.Tests.Infrastructure;
using StackExchange.Redis;

namespace PushApp.Tests.Integration.Push.Interop;

/// <summary>Nodes with interop on, and an existing publisher that knows nothing of them. Legacy channels are the test's own: the broker is shared.</summary>
internal sealed class InteropNodes : IAsyncDisposable
{
    private readonly string _prefix;
    private readonly ConnectionMultiplexer _publisher;
    private readonly List<PushNode> _nodes = [];
    private PushNode? _reader;

    private InteropNodes(string prefix, ConnectionMultiplexer publisher)
    {
        _prefix = prefix;
        _publisher = publisher;
    }

    public PushNode this[int index] => _nodes[index];

    /// <summary>The broker, for a test that plays a node itself.</summary>
    public ConnectionMultiplexer Broker => _publisher;

    public RedisKeys Keys => _reader!.Services.GetRequiredService<RedisKeys>();

    public static async Task<InteropNodes> StartAsync(BrokerProcess broker, int count)
    {
        var prefix = Guid.NewGuid().ToString("N");
        var nodes = new InteropNodes(prefix, await broker.ConnectAsync(options => options.AllowAdmin = true));
        for (var i = 0; i < count; i++)
        {
            nodes._nodes.Add(await PushNode.StartAsync($"{broker.ConnectionString},name={prefix}-{i}", prefix, new Dictionary<string, string?>
            {
                ["Push:Interop:Enabled"] = "true",
                ["Push:Interop:Lease"] = "00:00:02",
                ["Push:Interop:SseChannel"] = nodes.Legacy("sse"),
                ["Push:Interop:SocketIOPrefix"] = nodes.Legacy("socketio_"),
                ["Push:History:MaxEvents"] = "10000",
            }));
        }

        // One that takes no part, to look at the log while the others come and go.
        nodes._reader = await PushNode.StartAsync(broker.ConnectionString, prefix);
        await Until.TrueAsync(
            async () => await nodes.ReceiversAsync() == count,
            "every node subscribes to the existing publishers' channels");
        return nodes;
    }

    /// <summary>PUBLISH, as an existing publisher does; a name as in the documentation.</summary>
    public Task<long> PublishAsync(string redisChannel, string payload) =>
        _publisher.GetSubscriber().PublishAsync(RedisChannel.Literal(Legacy(redisChannel)), payload);

    /// <summary>The log, once it holds that many events (or more than it should).</summary>
    public async Task<IReadOnlyList<HistoryEvent>> HistoryAsync(string channel, int count = 0)
    {
        var history = _reader!.Services.GetRequiredService<IChannelHistory>();
        List<HistoryEvent> events = [];
        await Until.TrueAsync(
            async () =>
            {
                events.Clear();
                Position? after = new Position(0, 0);
                while (true)
                {
                    var page = await history.ReadAsync(channel, after, 1000, TestContext.Current.CancellationToken);
                    events.AddRange(page.Events);
                    if (page.Events.Count == 0 || page.Events[^1].Position == page.Head)
                    {
                        return events.Count >= count;
                    }

                    after = page.Events[^1].Position;
                }
            },
            $"{count} events in the log of {channel}; there are {events.Count}");
        return events;
    }

    /// <summary>Cuts all connections of a node at the broker's side, and publishes until it has subscribed again.</summary>
    /// <returns>How often it published.</returns>
    public async Task<int> BreakAsync(int index, Func<Task> publish)
    {
        var multiplexer = _nodes[index].Services.GetRequiredService<RedisConnection>().Multiplexer;

        // Not by the client's event, which it does not raise for each connection that breaks when several do at once.
        var before = multiplexer.GetCounters().Subscription.SocketCount;
        var server = _publisher.GetServer(_publisher.GetEndPoints()[0]);
        foreach (var client in await server.ClientListAsync())
        {
            if (client.Name == $"{_prefix}-{index}")
            {
                await server.ClientKillAsync(client.Id);
            }
        }

        var published = 0;
        await Until.TrueAsync(
            async () =>
            {
                await publish();
                published++;
                // The broker may still count a subscription of the connection that was cut.
                return multiplexer.GetCounters().Subscription.SocketCount > before && await ReceiversAsync() == _nodes.Count && IsSubscribed(multiplexer);
            },
            "the node subscribes again");
        return published;
    }

    /// <summary>How many nodes hear an existing publisher: asked by messages to a channel that stands for nobody.</summary>
    private async Task<long> ReceiversAsync()
    {
        // Neither is an event: both are malformed on purpose.
        var sse = await PublishAsync("sse", "");
        var users = await PublishAsync("sse_", "");
        var rooms = await PublishAsync("socketio_", "");
        return new[] { sse, users, rooms }.Min();
    }

    private bool IsSubscribed(IConnectionMultiplexer node) => new[]
    {
        RedisChannel.Literal(Legacy("sse")), RedisChannel.Pattern(Legacy("sse_*")), RedisChannel.Pattern(Legacy("socketio_*")),
    }.All(channel => node.GetSubscriber().SubscribedEndpoint(channel) is not null);

    public string Legacy(string redisChannel) => $"{_prefix}-{redisChannel}";

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }

        if (_reader is not null)
        {
            await _reader.DisposeAsync();
        }

        await _publisher.DisposeAsync();
    }
}
