namespace PushApp.Push.Hub;

/// <summary>What is open to a client and rests on somebody's permission. Thread-safe.</summary>
internal interface IOpenStream
{
    Guid Id { get; }

    /// <summary>Whom it belongs to.</summary>
    PushPrincipal Principal { get; }

    /// <summary>The channels whose permission is checked again while it is open.</summary>
    IEnumerable<ChannelName> CheckedChannels { get; }

    /// <summary>Ends it, soon.</summary>
    void End(CloseReason reason);

    /// <summary>Permission for one of <see cref="CheckedChannels"/> is gone.</summary>
    void Forbid(ChannelName channel);
}
