namespace PushApp.Push.Hub;

/// <summary>Why a connection ended, and by that what the client does next.</summary>
internal enum CloseReason
{
    /// <summary>The client went away.</summary>
    Client,

    /// <summary>The node is stopping; the client comes back, to another one, after the delay it is told.</summary>
    Shutdown,

    /// <summary>More waited for the client than <c>Push:Streams:MaxOutboxBytes</c>, or nothing could be written for long; it comes back and resumes by its cursor.</summary>
    Slow,

    /// <summary>The sign-in it rested on has ended; the client does not come back by itself.</summary>
    SignedOut,

    /// <summary>A permission it rested on is gone; the client does not come back by itself.</summary>
    Forbidden,

    /// <summary>Somebody ended it from outside; the client does not come back by itself.</summary>
    Stopped,
}

internal static class CloseReasons
{
    public static string Name(this CloseReason reason) => reason switch
    {
        CloseReason.Client => "client",
        CloseReason.Shutdown => "shutdown",
        CloseReason.Slow => "slow",
        CloseReason.SignedOut => "signed-out",
        CloseReason.Forbidden => "forbidden",
        _ => "stopped",
    };

    /// <summary>Whether the client is to come back by itself.</summary>
    public static bool Returns(this CloseReason reason) => reason is CloseReason.Client or CloseReason.Shutdown or CloseReason.Slow;
}
