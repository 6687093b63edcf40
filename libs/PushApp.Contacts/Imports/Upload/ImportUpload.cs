using System.Buffers;
using System.Diagnostics;
using Microsoft.EntityFrameworkCore;

namespace PushApp.Contacts;

/// <summary>One file on its way into the database, in pieces of 512 KiB with a short transaction each. Not thread-safe. Disposing an unfinished one removes it.</summary>
public sealed class ImportUpload : IAsyncDisposable
{
    private const int ChunkBytes = 512 * 1024;

    private readonly IDbContextFactory<ContactsDbContext> _contexts;
    private readonly ImportOptions _options;
    private readonly IImportWakeUp _wakeUp;
    private readonly ImportProgress _progress;
    private readonly TimeProvider _time;
    private readonly ContactsUser _user;
    private readonly string _fileName;
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);

    private int _buffered;
    private long _total;
    private int _chunks;
    private IContactFormat? _format;
    private Guid? _id;
    private long? _number;
    private bool _isComplete;
    private DateTimeOffset _knownAt;

    internal ImportUpload(
        IDbContextFactory<ContactsDbContext> contexts, ImportOptions options, IImportWakeUp wakeUp, IContactsPublisher publisher, TimeProvider time, ContactsUser user, string fileName)
    {
        _contexts = contexts;
        _options = options;
        _wakeUp = wakeUp;
        _progress = new ImportProgress(publisher, options.ProgressInterval, time, CancellationToken.None);
        _time = time;
        _user = user;
        _fileName = fileName;
    }

    /// <summary>Takes the next bytes in.</summary>
    /// <exception cref="ContactFileException">They are not of an address book, or too many.</exception>
    /// <exception cref="TooManyImportsException">The user has too many imports under way.</exception>
    /// <exception cref="UploadAbandonedException">Nothing came for so long that the upload was removed.</exception>
    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        _total += bytes.Length;
        if (_total > _options.MaxFileBytes)
        {
            throw TooLarge(_options.MaxFileBytes);
        }

        while (!bytes.IsEmpty)
        {
            var count = Math.Min(bytes.Length, ChunkBytes - _buffered);
            bytes[..count].CopyTo(_buffer.AsMemory(_buffered));
            _buffered += count;
            bytes = bytes[count..];
            if (_format is null && _buffered >= ContactFormats.HeadBytes)
            {
                _format = ContactFormats.Recognise(_buffer.AsSpan(0, _buffered), isWhole: false);
            }

            if (_buffered == ChunkBytes)
            {
                await StoreAsync(isLast: false, cancellationToken).ConfigureAwait(false);
            }
        }

        if (_number is { } number && _time.GetUtcNow() - _knownAt > _options.UploadTimeout / 3)
        {
            await KeepAsync(number, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Ends the file and puts the job into the queue.</summary>
    /// <returns>The import.</returns>
    /// <exception cref="ContactFileException">The file is empty or no address book.</exception>
    /// <exception cref="TooManyImportsException">The user has too many imports under way.</exception>
    /// <exception cref="UploadAbandonedException">Nothing came for so long that the upload was removed.</exception>
    public async Task<ImportView> CompleteAsync(CancellationToken cancellationToken)
    {
        _format ??= ContactFormats.Recognise(_buffer.AsSpan(0, _buffered), isWhole: true);
        var job = await StoreAsync(isLast: true, cancellationToken).ConfigureAwait(false);
        _isComplete = true;

        // The user's other tabs show that it waits.
        _progress.Report(job);
        _wakeUp.Send();
        return ImportView.Of(job);
    }

    /// <summary>Why a file is refused for its size.</summary>
    public static ContactFileException TooLarge(long maxBytes) => new(
        ContactFileProblem.TooLarge,
        FormattableString.Invariant($"The file is larger than {maxBytes / 1024.0 / 1024.0:0.##} MiB ({maxBytes} bytes). Split it into several, or export it without pictures."));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        if (_number is { } number && !_isComplete)
        {
            // The request may be cancelled by now; this must not be. If the process dies here, the sweeper goes on.
            await using var context = await _contexts.CreateDbContextAsync(CancellationToken.None).ConfigureAwait(false);
            var given = await Uploading(context, number)
                .ExecuteUpdateAsync(
                    set => set.SetProperty(job => job.State, ImportState.Cancelled).SetProperty(job => job.EndedAt, (DateTimeOffset?)null), CancellationToken.None)
                .ConfigureAwait(false);

            // Not one whose last piece was committed although the word of it was lost on the way here: its import goes on.
            if (given == 1)
            {
                await context.ImportChunks.Where(chunk => chunk.JobNumber == number).ExecuteDeleteAsync(CancellationToken.None).ConfigureAwait(false);
                await context.Imports.Where(job => job.Number == number).ExecuteDeleteAsync(CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Bytes come, though not a piece of them yet: the sweeper is to see that.</summary>
    private async Task KeepAsync(long number, CancellationToken cancellationToken)
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var now = _time.GetUtcNow();
        if (!await TryKeepAsync(context, number, now, cancellationToken).ConfigureAwait(false))
        {
            throw new UploadAbandonedException();
        }

        _knownAt = now;
    }

    private static IQueryable<ImportJob> Uploading(ContactsDbContext context, long number) => context.Imports.Where(job => job.Number == number && job.State == ImportState.Uploading);

    private static async Task<bool> TryKeepAsync(ContactsDbContext context, long number, DateTimeOffset now, CancellationToken cancellationToken) =>
        await Uploading(context, number).ExecuteUpdateAsync(set => set.SetProperty(job => job.ChangedAt, now), cancellationToken).ConfigureAwait(false) == 1;

    private async Task<ImportJob> StoreAsync(bool isLast, CancellationToken cancellationToken)
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var now = _time.GetUtcNow();
        var chunks = _buffered > 0 ? _chunks + 1 : _chunks;
        _id ??= Guid.CreateVersion7(now);
        if (!isLast)
        {
            // Nothing was promised yet: the last piece's commit makes it safe too.
            await DatabaseDialect.Of(context).RelaxCommitAsync(context, cancellationToken).ConfigureAwait(false);
        }

        var job = await context.InTransactionAsync(
            cancelled => StoreAsync(context, isLast, now, cancelled),
            cancelled => context.Imports.AnyAsync(row => row.Id == _id && row.Chunks == chunks && (!isLast || row.State != ImportState.Uploading), cancelled),
            cancellationToken).ConfigureAwait(false);
        _number = job.Number;
        _chunks = job.Chunks;
        _buffered = 0;
        _knownAt = now;
        return job;
    }

    private async Task<ImportJob> StoreAsync(ContactsDbContext context, bool isLast, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var job = _number is { } number
            ? await HoldAsync(context, number, now, cancellationToken).ConfigureAwait(false)
            : await CreateAsync(context, now, cancellationToken).ConfigureAwait(false);
        if (_buffered > 0)
        {
            context.ImportChunks.Add(new ImportChunk { JobNumber = job.Number, Number = _chunks, Data = _buffer[.._buffered] });
            job.Chunks = _chunks + 1;
        }

        job.BytesTotal = _total;
        job.ChangedAt = now;
        job.NotBefore = now;
        job.State = isLast ? ImportState.Queued : ImportState.Uploading;
        await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        return job;
    }

    /// <summary>The job, which nobody else changes until the transaction's end: written before it is read, so that one that is cancelled meanwhile does not come back.</summary>
    private static async Task<ImportJob> HoldAsync(ContactsDbContext context, long number, DateTimeOffset now, CancellationToken cancellationToken)
    {
        return await TryKeepAsync(context, number, now, cancellationToken).ConfigureAwait(false)
            ? await Uploading(context, number).SingleAsync(cancellationToken).ConfigureAwait(false)
            : throw new UploadAbandonedException();
    }

    private async Task<ImportJob> CreateAsync(ContactsDbContext context, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await DatabaseDialect.Of(context).LockUserAsync(context, _user.Id, cancellationToken).ConfigureAwait(false);
        var active = await context.Imports.CountAsync(
            row => row.Owner == _user.Id && (row.State == ImportState.Uploading || row.State == ImportState.Queued || row.State == ImportState.Running),
            cancellationToken).ConfigureAwait(false);
        if (active >= _options.MaxActivePerUser)
        {
            throw new TooManyImportsException(_options.MaxActivePerUser);
        }

        var job = new ImportJob
        {
            Id = _id!.Value,
            Owner = _user.Id,
            Channel = _user.Channel,
            FileName = _fileName,
            Format = _format!.Name,
            CreatedAt = now,
            TraceParent = Activity.Current?.Id,
        };
        context.Imports.Add(job);
        await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        return job;
    }
}
