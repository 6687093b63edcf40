namespace PushApp.Push.Interop;

/// <summary>A legacy message that this node has seen and not yet seen logged.</summary>
/// <param name="message">What it means.</param>
/// <param name="id">This node's own id for it: the idempotency key if this node logs it.</param>
/// <param name="hash">Of Redis channel and payload: what tells the nodes that they speak of equal messages.</param>
/// <param name="arrivedAt">A timestamp.</param>
internal sealed class PendingMessage(LegacyMessage message, string id, string hash, long arrivedAt)
{
    public LegacyMessage Message { get; } = message;

    public string Id { get; } = id;

    public string Hash { get; } = hash;

    public long ArrivedAt { get; } = arrivedAt;
}
