using Microsoft.Data.Sqlite;

namespace PushApp.Contacts;

/// <summary>An uploaded file, read piece by piece out of the database.</summary>
internal sealed class ImportChunkStream : ForwardStream
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
