namespace PushApp.Push;

/// <summary>Who is in a channel, kept up to date in this process until it is disposed of. Thread-safe.</summary>
public interface IPresenceView : IAsyncDisposable
{
    /// <summary>The channel.</summary>
    ChannelName Channel { get; }

    /// <summary>Everybody who is there now, in no order.</summary>
    IReadOnlyCollection<PresenceMember> Members { get; }

    /// <summary>Somebody who is there; null when they are not. Names are compared without case.</summary>
    PresenceMember? Find(string userName);
}
