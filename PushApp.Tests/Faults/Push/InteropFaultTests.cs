using PushApp.Push;
using PushApp.Tests.Infrastructure;
using StackExchange.Redis;

namespace PushApp.Tests.Faults.Push;

/// <summary>
/// Nodes as processes, killed and frozen while an existing publisher goes on. Its messages are equal, which is the harder case; but not where Garnet may leave a node out as
/// another's connection ends, since nothing in equal messages tells which of them it missed (docs/interop.md).
/// </summary>
public sealed class InteropFaultTests(BrokerFixture brokers) : IClassFixture<BrokerFixture>
{
    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task A_node_that_is_killed_while_it_logs_loses_and_doubles_nothing(BrokerKind kind)
    {
        await using var nodes = await Nodes.StartAsync(await brokers.GetAsync(kind), equal: kind != BrokerKind.Garnet);
        await nodes.AddAsync();
        await nodes.PublishAsync(1);
        await nodes.LoggedAsync(1);
        await nodes.AddAsync();

        // The first one holds the lease; the second kill hits a holder in one run of two. Two survive each kill: what a dying one makes Garnet leave one of them out of, the other has.
        for (var victim = 0; victim < 2; victim++)
        {
            await nodes.AddAsync();
            var publishing = nodes.PublishAsync(300);
            await nodes.LoggedAsync(nodes.Published - 250);
            await nodes.KillAsync(victim);
            await publishing;
            await nodes.LoggedAsync(nodes.Published);
        }

        await nodes.EndsWithAsync(nodes.Published);
    }

    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task A_node_that_was_frozen_past_its_lease_logs_nothing_again(BrokerKind kind)
    {
        Prerequisite.Linux("it stops a process by SIGSTOP.");
        await using var nodes = await Nodes.StartAsync(await brokers.GetAsync(kind), equal: true);
        var frozen = await nodes.AddAsync();
        await nodes.PublishAsync(1);
        await nodes.LoggedAsync(1);
        await nodes.AddAsync();

        var publishing = nodes.PublishAsync(300);
        await nodes.LoggedAsync(50);
        frozen.Freeze();
        await publishing;

        // The other one goes on once the lease has ended.
        await nodes.LoggedAsync(nodes.Published);
        frozen.Thaw();
        await nodes.PublishAsync(300);
        await nodes.LoggedAsync(nodes.Published);
        await nodes.EndsWithAsync(nodes.Published);
    }

    private sealed class Nodes : IAsyncDisposable
    {
        private readonly string _prefix = Guid.NewGuid().ToString("N");
        private readonly BrokerProcess _broker;
        private readonly ConnectionMultiplexer _publisher;
        private readonly bool _equal;
        private readonly List<ChildProcess> _processes = [];
        private PushNode _reader = null!;
        private int _published;

        private Nodes(BrokerProcess broker, ConnectionMultiplexer publisher, bool equal)
        {
            _broker = broker;
            _publisher = publisher;
            _equal = equal;
        }

        public int Published => Volatile.Read(ref _published);

        public static async Task<Nodes> StartAsync(BrokerProcess broker, bool equal)
        {
            var nodes = new Nodes(broker, await broker.ConnectAsync(), equal);
            nodes._reader = await PushNode.StartAsync(broker.ConnectionString, nodes._prefix, new Dictionary<string, string?> { ["Push:History:MaxEvents"] = "10000" });
            return nodes;
        }

        /// <summary>Starts a node and waits until it listens to the publisher.</summary>
        public async Task<ChildProcess> AddAsync()
        {
            var listening = await ListenersAsync();
            var process = ChildProcess.StartProject("PushSample", [], new Dictionary<string, string?>
            {
                ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{FreePort.Next()}",
                ["ConnectionStrings__redis"] = _broker.ConnectionString,
                ["Push__KeyPrefix"] = _prefix,
                ["Push__History__MaxEvents"] = "10000",
                ["Push__Interop__Enabled"] = "true",
                ["Push__Interop__Lease"] = "00:00:02",
                ["Push__Interop__SseChannel"] = $"{_prefix}-sse",
                ["Push__Interop__SocketIOPrefix"] = $"{_prefix}-socketio_",
            });
            _processes.Add(process);
            await Until.TrueAsync(
                async () => process.HasExited
                    ? throw new InvalidOperationException(process.Output)
                    : await ListenersAsync() == listening + 1,
                "the node listens to the existing publisher",
                TimeSpan.FromSeconds(90));
            return process;
        }

        public Task KillAsync(int index) => _processes[index].KillAsync();

        public async Task PublishAsync(int count)
        {
            var subscriber = _publisher.GetSubscriber();
            for (var i = 0; i < count; i++)
            {
                var message = $"""["tick", "{(_equal ? "" : Published)}"]""";
                await subscriber.PublishAsync(RedisChannel.Literal($"{_prefix}-sse"), message);
                Interlocked.Increment(ref _published);
            }
        }

        public async Task LoggedAsync(int count)
        {
            try
            {
                await Until.TrueAsync(async () => await CountAsync() >= count, $"{count} messages are logged", TimeSpan.FromSeconds(60));
            }
            catch (TimeoutException exception)
            {
                var output = string.Join("\n---\n", _processes.Select(process => process.Output));
                throw new TimeoutException($"{exception.Message} There are {await CountAsync()}. The nodes say:\n{output}", exception);
            }
        }

        /// <summary>Whatever would be logged twice has been by the time that a later message is there.</summary>
        public async Task EndsWithAsync(int count)
        {
            await PublishAsync(1);
            await LoggedAsync(count + 1);
            Assert.Equal(count + 1, await CountAsync());
            var log = await ReadAsync(count + 1);
            Assert.Equal(_equal ? 1 : count + 1, log.Events.Select(logged => logged.Data).Distinct().Count());
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var process in _processes)
            {
                process.Thaw();
                await process.DisposeAsync();
            }

            await _reader.DisposeAsync();
            await _publisher.DisposeAsync();
        }

        private async Task<long> CountAsync()
        {
            // Sequences have no gaps: the head's is the number of events.
            return (await ReadAsync(1)).Head.Sequence;
        }

        private ValueTask<HistoryPage> ReadAsync(int limit)
        {
            var history = (IChannelHistory)_reader.Services.GetService(typeof(IChannelHistory))!;
            return history.ReadAsync(ChannelName.Broadcast, null, limit, TestContext.Current.CancellationToken);
        }

        /// <summary>Asked by messages that are none; the room's, since its subscription is a node's last.</summary>
        private Task<long> ListenersAsync() =>
            _publisher.GetSubscriber().PublishAsync(RedisChannel.Literal($"{_prefix}-socketio_"), "");
    }
}
