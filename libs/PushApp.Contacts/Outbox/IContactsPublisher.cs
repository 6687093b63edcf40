namespace PushApp.Contacts;

/// <summary>What carries events to browsers. The host implements it over what it has; contacts know no transport.</summary>
public interface IContactsPublisher
{
    /// <summary>Publishes an event of the outbox. It comes again with the same key until this returns, also from another process.</summary>
    /// <param name="contactsEvent">The event.</param>
    /// <param name="cancellationToken">The relay's end.</param>
    /// <exception cref="EventRefusedException">It can never be published; the relay passes it over.</exception>
    /// <exception cref="PublisherAwayException">It cannot be published for now: told once, without a stack trace, and tried again, as after any other exception.</exception>
    Task PublishAsync(ContactsEvent contactsEvent, CancellationToken cancellationToken);

    /// <summary>Publishes progress, of which any part may be lost.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="eventName">The event's name.</param>
    /// <param name="data">JSON.</param>
    /// <param name="cancellationToken">Ends the wait for the broker.</param>
    Task PublishEphemeralAsync(string channel, string eventName, string data, CancellationToken cancellationToken);
}

/// <summary>An event of the outbox.</summary>
/// <param name="Key">Its idempotency key.</param>
/// <param name="Channel">The channel.</param>
/// <param name="EventName">Its name.</param>
/// <param name="Data">JSON.</param>
public sealed record ContactsEvent(Guid Key, string Channel, string EventName, string Data);

/// <summary>An event can never be published, because of what it is.</summary>
/// <param name="message">Why.</param>
/// <param name="innerException">The transport's own word.</param>
public sealed class EventRefusedException(string message, Exception? innerException = null) : Exception(message, innerException);

/// <summary>What carries events is away, and comes back by itself: a broker that does not answer.</summary>
/// <param name="message">In the transport's words.</param>
/// <param name="innerException">The transport's own exception.</param>
public sealed class PublisherAwayException(string message, Exception? innerException = null) : Exception(message, innerException);
