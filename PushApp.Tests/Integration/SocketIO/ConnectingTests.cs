using Microsoft.Extensions.DependencyInjection;
using PushApp.SocketIO;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.SocketIO;

/// <summary>Connecting to namespaces, where something else happens at the same time.</summary>
public sealed class ConnectingTests
{
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
