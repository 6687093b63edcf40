using Microsoft.Extensions.DependencyInjection;
using PushApp.SocketIO;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.SocketIO;

/// <summary>Connecting to namespaces, where something else happens at the same time.</summary>
public sealed class ConnectingTests
{
    // Of no other timer.
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(43);

    private readonly Journal _journal = new();

    [Fact]
    public async Task A_socket_that_is_ended_while_it_connects_neither_connected_nor_disconnected()
    {
        await using var node = await StartAsync(io => io.MapNamespace<TestNamespace>().UseConnect(async (context, next) =>
        {
            if (context.Socket.Handshake.Auth.TryGetProperty("end", out _))
            {
                context.Socket.Disconnect();
            }

            await next();
        }));

        using var ended = await RawClient.OpenAsync(node, """{"end":true}""");
        await ended.ReceiveAsync("44");
        using var other = await RawClient.OpenAsync(node, "");
        await other.ReceiveAsync("42[\"welcome\"");

        Assert.Equal(["connected nobody False"], _journal.Lines);
    }

    [Fact]
    public async Task A_socket_whose_connection_is_ended_while_it_connects_is_refused_and_has_not_been_there()
    {
        await using var node = await StartAsync(io => io.MapNamespace<TestNamespace>().UseConnect(async (context, next) =>
        {
            if (context.Socket.Handshake.Auth.TryGetProperty("end", out _))
            {
                context.Socket.Disconnect(close: true);
            }

            await next();
        }));

        // Refused, or its client would come back by itself.
        using var ended = await RawClient.OpenAsync(node, """{"end":true}""");
        Assert.StartsWith("44{", await ended.ReceiveTextAsync(), StringComparison.Ordinal);
        await ended.ClosedAsync();
        await Until.TrueAsync(() => ((SocketServer)node.Server).FindHost("/")!.Index.Count == 0, "it is let go of");
        using var other = await RawClient.OpenAsync(node, "");
        await other.ReceiveAsync("42[\"welcome\"");

        Assert.Equal(["connected nobody False"], _journal.Lines);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_socket_that_is_ended_just_before_its_client_is_told_that_it_connected_has_not_been_there(bool close)
    {
        SocketIONode? node = null;
        var ended = 0;
        var time = new TimerHook(ConnectTimeout, () =>
        {
            // The connection waits for a namespace no more: the socket is the client's, and not open.
            if (Interlocked.Increment(ref ended) == 1)
            {
                Assert.Single(((SocketServer)node!.Server).FindHost("/")!.Index.Select(new EmitTarget("/"))).Disconnect(close);
            }
        });
        node = await SocketIONode.StartAsync(
            io => io.MapNamespace<TestNamespace>(), options: options => options.ConnectTimeout = ConnectTimeout, services: services => services.AddSingleton(_journal), time: time);
        await using var stopped = node;

        using var client = await RawClient.OpenAsync(node, "");
        Assert.StartsWith("44{", await client.ReceiveTextAsync(), StringComparison.Ordinal);
        using var other = await RawClient.OpenAsync(node, "");
        await other.ReceiveAsync("42[\"welcome\"");

        Assert.Equal(["connected nobody False"], _journal.Lines);
    }

    [Fact]
    public async Task A_client_that_asks_for_the_namespace_that_it_is_in_is_closed()
    {
        await using var node = await StartAsync(io => io.MapNamespace<TestNamespace>());
        using var client = await RawClient.OpenAsync(node, "");
        await client.ConnectedAsync();

        await client.SendAsync("40");

        // Not in the end for its silence, too.
        await client.ClosedAsync();
        await Until.TrueAsync(() => _journal.Lines.Contains("disconnected parse error "), "it is closed for that");
    }

    [Fact]
    public async Task A_client_that_asks_twice_while_it_is_being_connected_is_answered_once()
    {
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var node = await StartAsync(io =>
        {
            io.MapNamespace<TestNamespace>().UseConnect(async (_, next) =>
            {
                await go.Task;
                await next();
            });
            io.MapNamespace<TestNamespace>("/other");
        });
        using var client = await RawClient.OpenAsync(node, "");
        await client.SendAsync("40");

        // Both were read by then.
        await client.SendAsync("40/other,");
        await client.ReceiveAsync("42/other,[\"welcome\"");
        go.SetResult();
        await client.ReceiveAsync("40{");
        Assert.StartsWith("42[\"welcome\"", await client.ReceiveAsync("4"), StringComparison.Ordinal);
        await client.SendAsync("421[\"add\",1,1]");
        Assert.Equal("431[2]", await client.ReceiveTextAsync());
    }

    [Fact]
    public async Task A_client_that_left_a_namespace_before_it_heard_of_it_gets_into_it_again()
    {
        await using var node = await StartAsync(io =>
        {
            io.MapNamespace<TestNamespace>();
            io.MapNamespace<TestNamespace>("/second");
        });
        await using var clients = await SocketIOClients.StartAsync();
        var first = await clients.OpenAsync(node.Address);
        await first.NextAsync("welcome");

        // It tells nobody that it left, and is in the namespace for all that the server knows.
        var second = await first.BesideAsync("/second", leave: true);
        await Until.TrueAsync(() => ((SocketServer)node.Server).FindHost("/second")!.Index.Select(new EmitTarget("/second")).Any(socket => socket.IsConnected), "the server has connected it");
        await second.ConnectAsync();

        await second.NextAsync("connect");
        Assert.Equal("[2]", (await second.AskAsync("add", 1, 1)).ToJsonString());
        Assert.Equal("[2]", (await first.AskAsync("add", 1, 1)).ToJsonString());
    }

    [Fact]
    public async Task A_client_gets_into_a_dynamic_namespace_that_a_later_mapping_opened_for_others_where_that_takes_it_too()
    {
        await using var node = await StartAsync(io =>
        {
            io.MapNamespace<TestNamespace>((_, handshake, _) => new(handshake.Auth.TryGetProperty("first", out var first) && first.GetBoolean()));
            io.MapNamespace<TestNamespace>((_, handshake, _) => new(!handshake.Auth.TryGetProperty("only", out _)));
        });
        using var client = await RawClient.OpenAsync(node);
        await client.SendAsync("40/t,");
        await client.ReceiveAsync("42/t,[\"welcome\"");

        using var both = await RawClient.OpenAsync(node);
        await both.SendAsync("40/t,{\"first\":true}");
        Assert.StartsWith("40/t,{", await both.ReceiveTextAsync(), StringComparison.Ordinal);

        // One that the mapping which opened it does not take is not let in by another.
        using var first = await RawClient.OpenAsync(node);
        await first.SendAsync("40/t,{\"first\":true,\"only\":true}");
        Assert.StartsWith("44/t,{", await first.ReceiveTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_may_leave_a_namespace_and_come_back_as_soon_as_it_was_told_that_it_is_in_it()
    {
        await using var gate = new Gate();
        await using var node = await StartAsync(io => io.MapNamespace<TestNamespace>(), gate);
        using var client = await RawClient.OpenAsync(node, "");
        var (id, _) = await client.ConnectedAsync();
        await gate.Reached;

        // The server has told it, and not yet done what comes after that.
        await client.SendAsync("41");
        await client.SendAsync("40");

        Assert.NotEqual(id, (await client.ReceiveAsync("40{"))[2..]);
    }

    [Fact]
    public async Task A_namespace_that_is_being_connected_counts_once()
    {
        await using var gate = new Gate();
        await using var node = await StartAsync(
            io =>
            {
                io.MapNamespace<TestNamespace>();
                io.MapNamespace<TestNamespace>("/second");
                io.MapNamespace<TestNamespace>("/third");
            },
            gate,
            options => options.MaxNamespaces = 2);
        using var client = await RawClient.OpenAsync(node, "");
        await client.ConnectedAsync();
        await gate.Reached;

        await client.SendAsync("40/second,");
        await client.ReceiveAsync("40/second,");
        await client.SendAsync("40/third,");
        await client.ReceiveAsync("44/third,");
    }

    private async Task<SocketIONode> StartAsync(Action<SocketIOBuilder> map, Gate? gate = null, Action<SocketIOOptions>? options = null) => await SocketIONode.StartAsync(
        map,
        options: options,
        services: services =>
        {
            services.AddSingleton(_journal);
            gate?.Hook.AddTo(services);
        });

    /// <summary>Calls when a timer of one time is let go of, where that is done.</summary>
    private sealed class TimerHook(TimeSpan which, Action released) : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            return dueTime == which ? new Hooked(timer, released) : timer;
        }

        private sealed class Hooked(ITimer timer, Action released) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(dueTime, period);

            public void Dispose()
            {
                timer.Dispose();
                released();
            }

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }
        }
    }

    /// <summary>Holds whoever connects the first socket where it has just been told that it is connected.</summary>
    private sealed class Gate : IAsyncDisposable
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _open = new();
        private int _seen;

        public Gate() => Hook = new LogHook((name, _) =>
        {
            if (name == "Connected" && Interlocked.Increment(ref _seen) == 1)
            {
                _reached.TrySetResult();
                _open.Wait(TimeSpan.FromSeconds(30));
            }
        });

        public LogHook Hook { get; }

        public Task Reached => _reached.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        public ValueTask DisposeAsync()
        {
            // Not the event itself: whoever waits may look at it once more.
            _open.Set();
            return ValueTask.CompletedTask;
        }
    }
}
