using PushApp.SocketIO.Engine.Packets;

namespace PushApp.SocketIO.Engine.Sessions;

/// <summary>A poll that waits for something to send. Its session's lock guards it.</summary>
internal sealed class PollWaiter
{
    private readonly TaskCompletionSource _woken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when there is something to answer.</summary>
    public Task Woken => _woken.Task;

    /// <summary>What it is answered, where that was settled when it was woken; otherwise it takes what waits by then.</summary>
    public EnginePacket[]? Answer { get; private set; }

    /// <summary>Whether it is refused: the session moved on to its WebSocket, or the poll is nobody's any more.</summary>
    public bool IsRefused { get; private set; }

    public bool IsWoken => _woken.Task.IsCompleted;

    public void Wake() => _woken.TrySetResult();

    public void Settle(EnginePacket[] answer)
    {
        Answer = answer;
        Wake();
    }

    public void Refuse()
    {
        IsRefused = true;
        Wake();
    }
}
