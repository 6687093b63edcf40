namespace PushApp.SocketIO;

/// <summary>The socket disconnected before it acknowledged an event.</summary>
public sealed class SocketDisconnectedException(string id) : Exception($"Socket '{id}' disconnected before it answered.")
{
    /// <summary>The socket's id.</summary>
    public string Id { get; } = id;
}
