using System.Collections.Concurrent;
using System.Text;
using PushApp.SocketIO.Engine;

namespace PushApp.Tests.Integration.SocketIO.Engine;

/// <summary>The layer above, in tests: sends every message back, and notes what it was told.</summary>
internal class EngineEcho : IEngineListener
{
    private readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _ends;

    /// <summary>Completes when its session opens: a WebSocket's client is told that it is one a moment before.</summary>
    public Task Opened => _opened.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

    public IEngineSession Session { get; private set; } = null!;

    public ConcurrentQueue<EngineMessage> Received { get; } = new();

    /// <summary>Completes with the reason when it is told of the end.</summary>
    public Task<string> Ended => _ended.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

    public int Ends => _ends;

    public IEnumerable<string> Texts => Received.Select(message => Encoding.UTF8.GetString(message.Data.Span));

    public static EngineMessage Text(string text) => new(Encoding.UTF8.GetBytes(text), isBinary: false);

    public virtual void OnOpen(IEngineSession session)
    {
        Session = session;
        _opened.TrySetResult();
    }

    public virtual ValueTask OnMessageAsync(EngineMessage message)
    {
        Received.Enqueue(message);
        Session.Send([message]);
        return ValueTask.CompletedTask;
    }

    public void OnClose(string reason)
    {
        Interlocked.Increment(ref _ends);
        _ended.TrySetResult(reason);
    }
}
