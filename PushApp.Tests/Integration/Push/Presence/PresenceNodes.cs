using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PushApp.Push;
using PushApp.Push.Redis;
using PushApp.Tests.Infrastructure;
using StackExchange.Redis;

namespace PushApp.Tests.Integration.Push.Presence;

/// <summary>Nodes with presence at one broker, and everything that is published of it to one channel.</summary>
internal sealed class PresenceNodes : IAsyncDisposable
{
    private readonly BrokerProcess _broker;
    private readonly List<PresenceNode> _nodes = [];
    private readonly ConcurrentQueue<PresenceEvent> _events = new();
    private ConnectionMultiplexer? _redis;

    private PresenceNodes(BrokerProcess broker) => _broker = broker;

    public static TimeSpan Lease { get; } = TimeSpan.FromSeconds(1);

    public static TimeSpan Patience { get; } = new PresenceOptions { Lease = Lease }.Patience;

    public ChannelName Channel { get; } = ChannelName.Room("tea");

    /// <summary>What the names of their keys begin with.</summary>
    public string Prefix { get; } = $"p{Guid.NewGuid():N}";

    public IReadOnlyList<PresenceNode> All => _nodes;

    /// <summary>What was published so far, in order.</summary>
    public IReadOnlyList<PresenceEvent> Events => [.. _events];

    public IDatabase Redis => _redis!.GetDatabase();

    public RedisKeys Keys => new(Prefix);

    public static async Task<PresenceNodes> StartAsync(BrokerProcess broker, int count, TimeSpan? grace = null, Action<PushOptions>? configure = null)
    {
        var nodes = new PresenceNodes(broker);
        nodes._redis = await broker.ConnectAsync(options => options.ReconnectRetryPolicy = new LinearRetry(100));

        // What is published right after a subscription was acknowledged may miss it on Garnet.
        var isHeard = false;
        var channel = nodes.Keys.Events(nodes.Channel);
        await nodes._redis.GetSubscriber().SubscribeAsync(channel, (_, message) =>
        {
            Volatile.Write(ref isHeard, true);
            nodes.Add(message);
        });
        await Until.TrueAsync(
            async () =>
            {
                await nodes._redis.GetSubscriber().PublishAsync(channel, "probe");
                return Volatile.Read(ref isHeard);
            },
            "the subscription holds");
        for (var i = 0; i < count; i++)
        {
            await nodes.AddAsync(grace ?? TimeSpan.FromMilliseconds(200), configure);
        }

        return nodes;
    }

    public async Task<PresenceNode> AddAsync(TimeSpan grace, Action<PushOptions>? configure = null, Action<IPushBuilder>? build = null)
    {
        var redis = await _broker.ConnectAsync(options => options.ReconnectRetryPolicy = new LinearRetry(100));
        var node = await PushNode.StartAsync(
            _broker.ConnectionString,
            Prefix,
            configure: builder =>
            {
                builder.Services.AddSingleton<IConnectionMultiplexer>(redis);
                build?.Invoke(builder.Services.AddPush());
                builder.Services.Configure<PushOptions>(options =>
                {
                    options.Presence.Lease = Lease;
                    options.Presence.Grace = grace;
                    configure?.Invoke(options);
                });
            },
            map: app =>
            {
                app.MapServerSentEvents("/sse");
                app.MapPublishApi();
            });
        var added = new PresenceNode(node, redis);
        _nodes.Add(added);
        return added;
    }

    /// <summary>Waits until exactly these are there, by state.</summary>
    public Task UntilThereAsync(PresenceNode node, params string[] expected) => Until.TrueAsync(
        async () => (await node.Presence.ListAsync(Channel)).Select(Text).SequenceEqual(expected), $"'{string.Join(", ", expected)}' are there");

    /// <summary>Waits until an event has come <paramref name="times"/> times.</summary>
    public Task UntilToldAsync(string told, int times = 1) =>
        Until.TrueAsync(() => Events.Count(item => item.Text == told) >= times, $"'{told}' was told {times} times; told was '{string.Join(", ", Events)}'");

    public static string Text(PresenceMember member) => $"{member.UserName} {member.State}";

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }

        await _redis!.DisposeAsync();
    }

    private void Add(RedisValue message)
    {
        if (LogEntry.TryParse((ReadOnlyMemory<byte>)message, out var entry) && entry.Event.StartsWith("push.presence.", StringComparison.Ordinal))
        {
            var data = JsonDocument.Parse(entry.Data).RootElement;
            var since = DateTimeOffset.Parse(data.GetProperty("since").GetString()!, CultureInfo.InvariantCulture);
            _events.Enqueue(new PresenceEvent(
                $"{entry.Event["push.presence.".Length..]} {data.GetProperty("userName").GetString()} {data.GetProperty("state").GetString()}", since, data.GetProperty("version").GetString()!));
        }
    }
}

/// <summary>One node. <see cref="CutAsync"/> is its death, as far as others can tell.</summary>
internal sealed class PresenceNode(PushNode node, ConnectionMultiplexer redis) : IAsyncDisposable
{
    public PushNode Node { get; } = node;

    public IPresence Presence { get; } = node.Services.GetRequiredService<IPresence>();

    /// <summary>It never reaches the broker again.</summary>
    public Task CutAsync() => redis.CloseAsync(allowCommandsToComplete: false);

    public async ValueTask DisposeAsync()
    {
        await Node.DisposeAsync();
        await redis.DisposeAsync();
    }
}

internal sealed record PresenceEvent(string Text, DateTimeOffset Since, string Version)
{
    public override string ToString() => Text;
}
