using PushApp.Contacts;
using PushApp.Push;

namespace PushApp.Web.Contacts;

/// <summary>Carries the events of contacts and imports by PushApp.Push. Compiled into the worker too: contacts know no transport, and Push no contacts.</summary>
internal sealed class PushContactsPublisher(IPushPublisher publisher) : IContactsPublisher
{
    // The scope of the outbox's keys: nobody else publishes under this name.
    private const string Publisher = "outbox";

    public async Task PublishAsync(ContactsEvent contactsEvent, CancellationToken cancellationToken)
    {
        try
        {
            await publisher.PublishAsync(
                ChannelName.Parse(contactsEvent.Channel),
                contactsEvent.EventName,
                (EventData)contactsEvent.Data,
                new PublishOptions { IdempotencyKey = contactsEvent.Key.ToString("N"), Publisher = Publisher },
                cancellationToken);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or IdempotencyConflictException)
        {
            throw new EventRefusedException(exception.Message, exception);
        }
        catch (BrokerUnavailableException exception)
        {
            throw new PublisherAwayException(exception.Message, exception);
        }
    }

    public async Task PublishEphemeralAsync(string channel, string eventName, string data, CancellationToken cancellationToken) =>
        await publisher.PublishAsync(ChannelName.Parse(channel), eventName, (EventData)data, PublishOptions.Ephemeral, cancellationToken);
}
