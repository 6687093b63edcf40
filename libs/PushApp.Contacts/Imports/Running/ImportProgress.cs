namespace PushApp.Contacts;

/// <summary>Publishes an import's progress now and then, and never makes it wait: a broker that is away costs the progress, not the import.</summary>
internal sealed class ImportProgress(IContactsPublisher publisher, TimeSpan interval, TimeProvider time, CancellationToken cancellationToken)
{
    private long? _last;
    private Task _sending = Task.CompletedTask;

    /// <summary>Reports where the import stands, unless it did so just now or the last report is still on its way.</summary>
    public void Report(ImportJob job)
    {
        if (!_sending.IsCompleted || (_last is { } last && time.GetElapsedTime(last) < interval))
        {
            return;
        }

        _last = time.GetTimestamp();
        _sending = SendAsync(job.Channel, ImportView.Of(job).ToJson());
    }

    private async Task SendAsync(string channel, string data)
    {
        try
        {
            await publisher.PublishEphemeralAsync(channel, ContactsEvents.ImportProgress, data, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // Progress may be lost: the next report says more, and the import's end comes by the outbox, which logs what is wrong with the broker.
        }
    }
}
