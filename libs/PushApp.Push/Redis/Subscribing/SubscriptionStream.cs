using System.Buffers;
using System.IO.Pipelines;
using Microsoft.Extensions.Logging;
using PushApp.Push.Transport;

namespace PushApp.Push.Redis.Subscribing;

/// <summary>
/// A connection over which the Redis client listens, as the client sees it: without the messages that <see cref="SubscriptionReader"/> takes out. A thread of its own waits for what comes, in the kernel, and hands
/// the messages on.
/// </summary>
internal sealed partial class SubscriptionStream : DuplexStream
{
    private const int UsualBuffer = 64 * 1024;

    private readonly BlockingSocket _socket;
    private readonly SubscriptionReader _reader;
    private readonly ILogger _logger;

    // What is left to the client. Unbounded, as the client's own queues are: to wait for it would hold up everybody's messages.
    private readonly Pipe _rest = new(new PipeOptions(pauseWriterThreshold: 0, resumeWriterThreshold: 0, useSynchronizationContext: false));
    private readonly Stream _client;
    private byte[] _buffer = new byte[UsualBuffer];
    private int _filled;
    private bool _isForeign;

    public SubscriptionStream(BlockingSocket socket, SubscriptionReader reader, ILogger logger)
    {
        _socket = socket;
        _reader = reader;
        _logger = logger;
        _client = _rest.Reader.AsStream();
    }

    /// <summary>Begins to read, until the client closes the connection or the server does.</summary>
    /// <param name="ended">What is done then.</param>
    public void Start(Action ended) => new Thread(() => Run(ended)) { IsBackground = true, Name = "push subscriber" }.UnsafeStart();

    public override int Read(Span<byte> buffer) => _client.Read(buffer);

    public override int Read(byte[] buffer, int offset, int count) => _client.Read(buffer, offset, count);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => _client.ReadAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => _client.ReadAsync(buffer, offset, count, cancellationToken);

    public override void Write(ReadOnlySpan<byte> buffer) => _socket.Send(buffer);

    public override void Write(byte[] buffer, int offset, int count) => _socket.Send(buffer.AsSpan(offset, count));

    // Commands to listen are small and few; the kernel takes them at once.
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _socket.Send(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    private void Run(Action ended)
    {
        try
        {
            while (_socket.Receive(_buffer.AsSpan(_filled)) is > 0 and var count && Take(count))
            {
            }

            _rest.Writer.Complete();
        }
        catch (Exception error)
        {
            // The client's to report: it reads no further.
            _rest.Writer.Complete(error);
        }
        finally
        {
            ended();
        }
    }

    /// <summary>Takes in so many bytes that came. Whether the client is still there.</summary>
    private bool Take(int count)
    {
        _filled += count;
        var left = _buffer.AsSpan(0, _filled);
        var isPassedOn = false;
        while (!left.IsEmpty)
        {
            if (_isForeign || !RespFrame.TryReadMessage(left, out var length, out var channel, out var payload) || !_reader.TryReceive(channel, payload))
            {
                length = _isForeign ? left.Length : RespFrame.Measure(left);
                if (length == 0)
                {
                    break;
                }

                if (length < 0)
                {
                    NotUnderstood(_logger);
                    _isForeign = true;
                    continue;
                }

                _rest.Writer.Write(left[..length]);
                isPassedOn = true;
            }

            left = left[length..];
        }

        Keep(left);
        return !isPassedOn || PassOn();
    }

    private bool PassOn()
    {
        // Complete at once, as the pipe is unbounded.
        var flush = _rest.Writer.FlushAsync();
        return flush.IsCompletedSuccessfully && !flush.Result.IsCompleted;
    }

    /// <summary>What is left is the beginning of a frame: it goes to the front of the buffer, with room for what follows.</summary>
    private void Keep(ReadOnlySpan<byte> left)
    {
        var buffer = left.Length > _buffer.Length / 2 ? new byte[_buffer.Length * 2]
            : left.Length < UsualBuffer / 2 && _buffer.Length > UsualBuffer ? new byte[UsualBuffer]
            : _buffer;
        left.CopyTo(buffer);
        _buffer = buffer;
        _filled = left.Length;
    }

    [LoggerMessage(81, LogLevel.Warning, "What comes from the broker is not understood (RESP); the Redis client reads on alone.")]
    private static partial void NotUnderstood(ILogger logger);
}
