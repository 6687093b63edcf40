namespace PushApp.Push.Hub;

/// <summary>
/// Writes to one connection. One implementation for each way there is; the hub never knows which. Used by the connection's loop alone.
/// </summary>
internal interface IStreamWriter
{
    /// <summary>Buffers bytes for the next flush; only while no flush is pending.</summary>
    void Write(ReadOnlySpan<byte> bytes);

    /// <summary>
    /// Sends what was written. True when it has left (or its system buffer took it); false when the client does not keep up, and then <paramref name="whenDone"/>
    /// is called once, from any thread, and <see cref="CompleteFlush"/> after that.
    /// </summary>
    bool TryFlush(Action whenDone);

    /// <summary>Ends a pending flush.</summary>
    void CompleteFlush();

    /// <summary>Whether the client is known to be gone.</summary>
    bool IsClosed { get; }

    /// <summary>Cuts the connection without waiting for what is unsent.</summary>
    void Abort();
}
