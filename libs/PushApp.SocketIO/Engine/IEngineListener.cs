namespace PushApp.SocketIO.Engine;

/// <summary>The layer above: one instance per session, made when it opens. Its methods are never called at the same time, whatever threads they come on.</summary>
internal interface IEngineListener
{
    /// <summary>First. What is sent here follows the handshake at once.</summary>
    void OnOpen(IEngineSession session);

    /// <summary>
    /// A message, in order. Nothing more is read from the client until it has been handled, so do not wait in it for what the client must send first.
    /// An exception ends this session alone (<see cref="EngineCloseReasons.TransportError"/>).
    /// </summary>
    ValueTask OnMessageAsync(EngineMessage message);

    /// <summary>Last, and once; after the message that is being handled, if one is (<see cref="IEngineSession.Closed"/> is cancelled before).</summary>
    /// <param name="reason">One of <see cref="EngineCloseReasons"/>, or what was given to <see cref="IEngineSession.Close"/>.</param>
    void OnClose(string reason);
}
