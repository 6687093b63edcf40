namespace PushApp.Push.Transport;

/// <summary>
/// A feature of a connection of our transport: lets the endpoint that serves its request take the descriptor, once the head of the response is out, and go on without
/// the server. Kestrel then sees a connection that has ended, and lets go of everything that it held for it.
/// </summary>
internal interface IHandOverFeature
{
    /// <summary>
    /// Whether it can be taken: nothing lies between the transport and HTTP (TLS, a log of the connection), and the client has sent nothing beyond its request. To be asked
    /// by the endpoint of a request without a body, as nobody else reads the connection then.
    /// </summary>
    bool IsPossible { get; }

    /// <summary>Whether the server bounds upgraded connections, which it counts while it serves them.</summary>
    bool UpgradesAreCounted { get; }

    /// <summary>
    /// Waits until all that was flushed so far has been sent, and takes the descriptor; null when the connection has ended meanwhile. What is written to the response after
    /// that goes nowhere. What the client has sent meanwhile is handed over too.
    /// </summary>
    ValueTask<HandedOver?> TakeAsync(CancellationToken cancellationToken);
}

/// <summary>A connection that was taken, to be closed by who took it.</summary>
/// <param name="Descriptor">Its descriptor.</param>
/// <param name="Unread">What the client had sent and nobody has read; mostly empty.</param>
internal sealed record HandedOver(Descriptor Descriptor, byte[] Unread);
