using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using PushApp.Push;
using PushApp.Push.Hub;
using PushApp.Push.Redis;
using PushApp.Push.Sse;
using PushApp.Push.Telemetry;

namespace PushApp.Tests.Unit.Push.Hub;

/// <summary>One fan-out loop and one channel of its own, without a broker and without connections that are any; its clock moves when it is told to.</summary>
internal sealed class LoopFixture : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly PushMetrics _metrics;

    /// <param name="options">Options of its streams.</param>
    /// <param name="loops">1, or 2 for <see cref="Other"/>.</param>
    public LoopFixture(StreamOptions? options = null, int loops = 1)
    {
        Options = options ?? new StreamOptions();
        _metrics = new PushMetrics(_services.GetRequiredService<IMeterFactory>());
        Loop = new FanOutLoop(0, Options, _metrics, Time, NullLogger.Instance);
        Other = new FanOutLoop(1, Options, _metrics, Time, NullLogger.Instance);

        // Never started, so it asks no broker for anything.
        Channel = new HubChannel(
            ChannelName.Broadcast, new RedisConnection(_services, new ConfigurationBuilder().Build()), log: null!, new RedisKeys("test"), loops == 1 ? [Loop] : [Loop, Other], _metrics, Time, NullLogger.Instance);
        Channel.Begin(default);
        Running = Loop.RunAsync(_stop.Token);
    }

    public StreamOptions Options { get; }

    public FakeTimeProvider Time { get; } = new();

    public FanOutLoop Loop { get; }

    /// <summary>A second loop, which works only after <see cref="RunOther"/>.</summary>
    public FanOutLoop Other { get; }

    public HubChannel Channel { get; }

    public Task Running { get; }

    public Task RunOther() => Other.RunAsync(_stop.Token);

    /// <summary>A message as the broker brings it.</summary>
    public byte[] Message(long sequence, string data) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $"L {sequence} {sequence:x8} {sequence - 1:x8} {Time.GetUtcNow().ToUnixTimeMilliseconds()} 0 -\ne\n{data}"));

    /// <summary>The event of a <see cref="Message"/>.</summary>
    public HubEvent Event(long sequence, string data)
    {
        Assert.True(LogEntry.TryParse(Message(sequence, data), out var entry));
        return new HubEvent(entry, Channel);
    }

    /// <summary>An event on its way to those who hold the channel now.</summary>
    public LoopItem Deliver(long sequence, string data) => LoopItem.Deliver(Event(sequence, data), Channel.Loops[0].Period);

    /// <summary>Connections that have joined.</summary>
    public async Task<IReadOnlyList<SseConnection>> JoinAsync(int count, Func<HubConnection, IStreamWriter> writer)
    {
        var connections = Enumerable.Range(0, count).Select(_ => Connection(writer)).ToArray();
        foreach (var connection in connections)
        {
            Loop.Post(LoopItem.Join(connection));
        }

        await ReachAsync();
        return connections;
    }

    /// <summary>A connection that has not joined.</summary>
    public SseConnection Connection(Func<HubConnection, IStreamWriter> writer, FanOutLoop? loop = null)
    {
        var connection = new SseConnection(loop ?? Loop, PushPrincipal.Anonymous, "127.0.0.1", Time.GetUtcNow(), Options, cursorIsUnknown: false);
        connection.Writer = writer(connection);
        connection.Subscriptions = [new Subscription(connection, Channel)];
        return connection;
    }

    /// <summary>Has the loop find these in its queue at once, and waits until it has done them. Needs a connection that has joined.</summary>
    public async Task TogetherAsync(IEnumerable<LoopItem> items)
    {
        using var go = new ManualResetEventSlim();
        var witness = Assert.Single(await JoinAsync(1, _ => new NotingWriter()));
        Loop.Post(LoopItem.Run(witness, go.Wait));
        foreach (var item in items)
        {
            Loop.Post(item);
        }

        go.Set();
        await ReachAsync();
    }

    /// <summary>Waits until the loop has done what it was told, and flushed it: it does that after some items, so that another is reached only then.</summary>
    public async Task ReachAsync(FanOutLoop? loop = null)
    {
        for (var i = 0; i < 2; i++)
        {
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            (loop ?? Loop).Post(LoopItem.Barrier(reached));
            await reached.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        }
    }

    /// <summary>So many seconds go by, each with its heartbeat.</summary>
    public async Task PassAsync(int seconds)
    {
        for (var i = 0; i < seconds; i++)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            Loop.Post(LoopItem.Heartbeat);
            await ReachAsync();
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        Channel.Dispose();
        _metrics.Dispose();
        _services.Dispose();
        _stop.Dispose();
    }
}

/// <summary>Notes what is sent, and takes as much of it as a test says.</summary>
internal sealed class NotingWriter : IStreamWriter
{
    private readonly StringBuilder _written = new();
    private int _unflushed;

    /// <summary>What went out, flush by flush.</summary>
    public ConcurrentQueue<string> Sent { get; } = new();

    /// <summary>Who flushed last.</summary>
    public int LastThread { get; private set; }

    /// <summary>Bytes that its client takes; without a bound unless set.</summary>
    public int Takes { get; set; } = int.MaxValue;

    public int PendingBytes { get; private set; }

    public bool IsClosed { get; set; }

    public bool WasAborted { get; private set; }

    /// <summary>Called when it is to send: a test stands within the loop then.</summary>
    public Action Flushing { get; set; } = static () => { };

    public void Write(ReadOnlySpan<byte> bytes)
    {
        _written.Append(Encoding.UTF8.GetString(bytes));
        _unflushed += bytes.Length;
    }

    public bool TryFlush()
    {
        Flushing();
        LastThread = Environment.CurrentManagedThreadId;
        PendingBytes += _unflushed;
        _unflushed = 0;
        Sent.Enqueue(_written.ToString());
        _written.Clear();
        return TryCompleteFlush();
    }

    public bool TryCompleteFlush()
    {
        var taken = Math.Min(Takes, PendingBytes);
        PendingBytes -= taken;
        Takes -= Takes == int.MaxValue ? 0 : taken;
        return PendingBytes == 0;
    }

    public void Abort() => WasAborted = true;
}
