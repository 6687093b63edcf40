using System.Diagnostics;

namespace PushApp.Contacts;

/// <summary>Publishes an import's progress now and then, and never makes it wait: a broker that is away costs the progress, not the import.</summary>
internal sealed class ImportProgress(IContactsPublisher publisher, TimeSpan interval, TimeProvider time, CancellationToken cancellationToken)
{
    // A worker that stops does not wait longer for a broker that is away.
    private static readonly TimeSpan ReturnPatience = TimeSpan.FromSeconds(2);

    private long? _last;
    private Task _sending = Task.CompletedTask;
    private long? _lastTraced;
    private TimeSpan _traceGap = TimeSpan.FromSeconds(1);

    /// <summary>Reports where the import stands, unless it did so just now or the last report is still on its way.</summary>
    public void Report(ImportJob job)
    {
        if (!_sending.IsCompleted || (_last is { } last && time.GetElapsedTime(last) < interval))
        {
            return;
        }

        _last = time.GetTimestamp();
        _sending = SendAsync(job.Channel, ImportView.Of(job).ToJson(), IsTraceDue());
    }

    /// <summary>Says that the job waits in the queue again, after whatever report is still on its way. Where the broker does not take it, pages notice the silence.</summary>
    public async Task ReportReturnAsync(ImportJob job)
    {
        var waiting = ImportView.Of(job) with { State = ImportState.Queued.ToText(), RowsPerSecond = null, SecondsLeft = null };
        using var patience = new CancellationTokenSource(ReturnPatience, time);
        try
        {
            await _sending.WaitAsync(patience.Token).ConfigureAwait(false);
            await publisher.PublishEphemeralAsync(job.Channel, ContactsEvents.ImportProgress, waiting.ToJson(), patience.Token).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // As with any report: it may be lost.
        }
    }

    /// <summary>
    /// The first report is part of the import's trace, and then ever fewer: after 1, 2, 4… seconds. Each is some spans on every node and in every browser, and a trace of an hour's import is to be read.
    /// </summary>
    private bool IsTraceDue()
    {
        if (_lastTraced is { } last)
        {
            if (time.GetElapsedTime(last) < _traceGap)
            {
                return false;
            }

            _traceGap *= 2;
        }

        _lastTraced = time.GetTimestamp();
        return true;
    }

    private async Task SendAsync(string channel, string data, bool isTraced)
    {
        using var untraced = isTraced ? null : StartUntraced();
        try
        {
            await publisher.PublishEphemeralAsync(channel, ContactsEvents.ImportProgress, data, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // Progress may be lost: the next report says more, and the import's end comes by the outbox, which logs what is wrong with the broker.
        }
    }

    /// <summary>The same trace for whoever logs, with the flag that asks nobody below to record (https://www.w3.org/TR/trace-context/#sampled-flag). Current in the calling method alone.</summary>
    private static Activity? StartUntraced() => Activity.Current is { IdFormat: ActivityIdFormat.W3C } current
        ? new Activity("import progress").SetParentId(current.TraceId, current.SpanId, ActivityTraceFlags.None).Start()
        : null;
}
