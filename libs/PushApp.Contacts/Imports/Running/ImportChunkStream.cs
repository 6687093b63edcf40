using Microsoft.Data.Sqlite;

namespace PushApp.Contacts;

/// <summary>An uploaded file, read piece by piece out of the database.</summary>
internal sealed class ImportChunkStream : Stream
{
    private readonly SqliteConnection _connection;
    private readonly SqliteStatements _statements;
    private readonly SqliteStatement _get;
    private readonly long _length;
    private readonly int _chunks;
    private byte[] _chunk = [];
    private int _next;
    private int _number;
    private long _position;

    public ImportChunkStream(string connectionString, ImportJob job)
    {
        _chunks = job.Chunks;
        _length = job.BytesTotal;
        _connection = SqliteSetUp.Open(connectionString, bulk: false);
        _statements = new SqliteStatements(_connection);
        _get = _statements.Prepare("SELECT Data FROM ImportChunks WHERE JobNumber = ?1 AND Number = ?2");
        _get.Set(1, job.Number);
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

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
            _chunk = _get.Set(2, _number).ReadBytes() ?? throw new LeaseLostException();
            _number++;
            _next = 0;
        }

        var count = Math.Min(buffer.Length, _chunk.Length - _next);
        _chunk.AsSpan(_next, count).CopyTo(buffer);
        _next += count;
        Volatile.Write(ref _position, _position + count);
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _statements.Dispose();
            _connection.Dispose();
        }

        base.Dispose(disposing);
    }
}
