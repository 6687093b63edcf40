using System.Threading.Channels;

namespace PushApp.Contacts;

/// <summary>Reads a job's file from its checkpoint on, and keeps a batch or two ahead of the store.</summary>
internal static class ImportBatchReader
{
    // With BatchSize the bound on memory: records may be a megabyte each.
    private const int MaxBatchLength = 4 * 1024 * 1024;

    /// <summary>Starts reading. The channel ends with the file, or with what stopped the reading.</summary>
    public static ChannelReader<ImportBatch> Start(ContactsDatabase database, ImportJob job, int batchSize, CancellationToken cancellationToken)
    {
        var channel = Channel.CreateBounded<ImportBatch>(new BoundedChannelOptions(1) { SingleReader = true, SingleWriter = true });
        _ = Task.Run(
            async () =>
            {
                try
                {
                    await ReadAsync(channel.Writer, database, job, batchSize, cancellationToken).ConfigureAwait(false);
                    channel.Writer.Complete();
                }
                catch (Exception exception)
                {
                    // Thrown where the batches are taken, after the last of them.
                    channel.Writer.Complete(exception);
                }
            },
            CancellationToken.None);
        return channel.Reader;
    }

    private static async Task ReadAsync(ChannelWriter<ImportBatch> batches, ContactsDatabase database, ImportJob job, int batchSize, CancellationToken cancellationToken)
    {
        var stream = database.OpenFile(job);
        using var text = ImportText.Open(stream);
        using var reader = ContactFormats.Get(job.Format).Open(text);
        job.Header ??= System.Text.Json.JsonSerializer.Serialize(reader.Header, ContactsJson.Default.StringArray);

        if (reader.Notice is { } notice)
        {
            job.AddNotice(notice);
        }

        // The text gives the same records each time, so their number says where to go on.
        var row = 0L;
        while (row < job.Rows && reader.TryRead(out _))
        {
            row++;
            if (row % 1000 == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
        }

        var batch = new ImportBatch { FirstRow = row };
        var length = 0;
        while (reader.TryRead(out var record))
        {
            if (record.Contact is { } contact)
            {
                // Here and not where they are needed: reading and storing have a processor each.
                _ = contact.Keys;
                batch.Contacts.Add(contact);
            }
            else
            {
                batch.Rejected.Add((row, record));
            }

            row++;
            length += record.Length;
            if (batch.Rows == batchSize || length > MaxBatchLength)
            {
                batch.BytesRead = stream.Position;
                await batches.WriteAsync(batch, cancellationToken).ConfigureAwait(false);
                batch = new ImportBatch { FirstRow = row };
                length = 0;
            }
        }

        if (row == 0)
        {
            job.AddNotice("There are no rows below the header.");
        }

        if (batch.Rows > 0)
        {
            batch.BytesRead = stream.Position;
            await batches.WriteAsync(batch, cancellationToken).ConfigureAwait(false);
        }
    }
}
