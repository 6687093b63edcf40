namespace PushApp.Contacts;

/// <summary>An uploaded file, read piece by piece out of the database.</summary>
internal sealed class ImportChunkStream(IImportChunkReader chunks, ImportJob job) : ForwardStream
{
    private readonly long _length = job.BytesTotal;
    private readonly int _chunks = job.Chunks;
    private byte[] _chunk = [];
    private int _next;
    private int _number;
    private long _position;

    public override long Length => _length;

    /// <summary>How much was read; may be asked for from another thread.</summary>
    public override long Position { get => Volatile.Read(ref _position); set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        if (_next == _chunk.Length)
        {
            if (_number == _chunks)
            {
                return 0;
            }

            // A missing piece means that the job ended and was swept while this worker was frozen.
            _chunk = chunks.Read(_number) ?? throw new LeaseLostException();
            _number++;
            _next = 0;
        }

        var count = Math.Min(buffer.Length, _chunk.Length - _next);
        _chunk.AsSpan(_next, count).CopyTo(buffer);
        _next += count;
        Volatile.Write(ref _position, _position + count);
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            chunks.Dispose();
        }

        base.Dispose(disposing);
    }
}
