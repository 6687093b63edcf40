namespace PushApp.Push.Hub;

/// <summary>What is open to a client and rests on somebody's permission. Thread-safe.</summary>
internal interface IOpenStream
{
    Guid Id { get; }

    /// <summary>Whom it belongs to.</summary>
    PushPrincipal Principal { get; }

    /// <summary>Adds the channels whose permission is checked again while it is open to a list.</summary>
    void AddCheckedChannels(List<ChannelName> list);

    /// <summary>Ends it, soon.</summary>
    void End(CloseReason reason);

    /// <summary>Permission for one of the channels that are checked is gone.</summary>
    void Forbid(ChannelName channel);
}
