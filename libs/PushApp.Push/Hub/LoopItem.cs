namespace PushApp.Push.Hub;

/// <summary>What a loop is told to do. A struct, so that a delivery allocates nothing.</summary>
internal readonly record struct LoopItem(LoopItemKind Kind, object? Target = null, object? Argument = null, Position Position = default)
{
    /// <summary>What it counts for in a queue that is bounded by the bytes of events.</summary>
    public int EventBytes => Kind == LoopItemKind.Deliver ? ((HubEvent)Target!).Size : 0;

    /// <param name="item">The event.</param>
    /// <param name="period">When it is handed on (<see cref="LoopChannel.Period"/>); else it is for nobody.</param>
    public static LoopItem Deliver(HubEvent item, object? period) => new(LoopItemKind.Deliver, item, period);

    public static LoopItem Ready(HubChannel channel, Position head, object? period) => new(LoopItemKind.Ready, channel, period, head);

    public static LoopItem Reset(HubChannel channel, Position head, string reason, object? period) => new(LoopItemKind.Reset, channel, new Resetting(reason, period), head);

    /// <summary>Events of a channel were not handed to the loop, as too much waited for it: they are read again.</summary>
    public static LoopItem CatchUp(HubChannel channel, object gap) => new(LoopItemKind.CatchUp, channel, gap);

    public static LoopItem Join(HubConnection connection) => new(LoopItemKind.Join, connection);

    public static LoopItem Leave(HubConnection connection) => new(LoopItemKind.Leave, connection);

    /// <summary>One more channel for a connection that has joined.</summary>
    public static LoopItem Subscribe(Subscription subscription) => new(LoopItemKind.Subscribe, subscription);

    public static LoopItem Unsubscribe(Subscription subscription) => new(LoopItemKind.Unsubscribe, subscription);

    /// <summary>Runs something of a connection's own between its events; not when it has left.</summary>
    public static LoopItem Run(HubConnection connection, Action action) => new(LoopItemKind.Run, connection, action);

    public static LoopItem Close(HubConnection connection, CloseReason reason) => new(LoopItemKind.Close, connection, reason);

    public static LoopItem Flushed(HubConnection connection) => new(LoopItemKind.Flushed, connection);

    public static LoopItem Page(Subscription subscription, Task<HubEvent[]> page) => new(LoopItemKind.Page, subscription, page);

    public static LoopItem Continue(HubConnection connection) => new(LoopItemKind.Continue, connection);

    public static LoopItem Flush { get; } = new(LoopItemKind.Flush);

    public static LoopItem Heartbeat { get; } = new(LoopItemKind.Heartbeat);

    public static LoopItem Drain { get; } = new(LoopItemKind.Drain);

    /// <summary>Completes it when all that was told before has been done.</summary>
    public static LoopItem Barrier(TaskCompletionSource reached) => new(LoopItemKind.Barrier, Argument: reached);

    public static LoopItem BrokerStatus(bool connected) => new(LoopItemKind.BrokerStatus, Argument: connected);

    /// <summary>Why a channel is reset, and for whom.</summary>
    public sealed record Resetting(string Reason, object? Period);
}

internal enum LoopItemKind
{
    Deliver,
    Ready,
    Reset,
    CatchUp,
    Join,
    Leave,
    Subscribe,
    Unsubscribe,
    Run,
    Close,
    Flushed,
    Page,
    Continue,
    Flush,
    Heartbeat,
    Drain,
    Barrier,
    BrokerStatus,
}
