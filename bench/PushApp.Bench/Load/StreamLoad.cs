using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using PushApp.Bench.CommandLine;
using PushApp.Bench.Native;

namespace PushApp.Bench.Load;

/// <summary>
/// Thousands of clients on one thread: bare descriptors, one epoll, one read buffer. Every event of every client is parsed and verified, and nothing
/// is allocated per event, so that the server is what saturates first. Not thread-safe; <see cref="Run"/> is called on one thread.
/// </summary>
internal abstract unsafe partial class StreamLoad : IDisposable
{
    private const int BufferSize = 64 * 1024;

    private const uint GatherMicroseconds = 200;

    private readonly Epoll _epoll = new();
    private readonly LoadConnection[] _connections;
    private readonly int _carrySize;
    private byte* _buffer;
    private byte* _carry;

    private readonly EventWindow _events = new();
    private readonly Recipients? _recipients;
    private readonly int _openingAtOnce;
    private int _opened;
    private int _listening;
    private LatencyHistogram? _latencies;
    private bool _gathers;
    private long _readAt;
    private string? _fault;

    protected StreamLoad(LoadSettings settings)
    {
        OpenFileLimit.Require(settings.Connections);
        _connections = new LoadConnection[settings.Connections];
        _listening = settings.Connections;
        _recipients = settings.Recipients;
        _openingAtOnce = settings.OpeningAtOnce;
        Filler = Payload.Filler(settings.PayloadSize);

        // A head, a line or a frame; SignalR puts several messages that wait for a connection into one frame.
        _carrySize = 1024 + (4 * settings.PayloadSize);
        _carry = (byte*)NativeMemory.Alloc((nuint)settings.Connections, (nuint)_carrySize);
        _buffer = (byte*)NativeMemory.Alloc(BufferSize);
    }

    /// <summary>What follows the sequence in every event's data.</summary>
    protected byte[] Filler { get; }

    /// <summary>Bytes of a head, line or message that one connection may leave unfinished.</summary>
    protected int CarrySize => _carrySize;

    /// <summary>Bytes read from all connections.</summary>
    public long BytesRead { get; private set; }

    /// <summary>Opens all streams and waits until each one's response has begun.</summary>
    /// <param name="servers">Loopback addresses; the streams are spread over them.</param>
    /// <param name="timeout">For all of them together.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public void Open(IReadOnlyList<IPEndPoint> servers, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (!servers.All(server => IPAddress.IsLoopback(server.Address)))
        {
            throw new ArgumentException("Load goes to this machine only.", nameof(servers));
        }

        var until = Stopwatch.GetTimestamp() + (long)(timeout.TotalSeconds * Stopwatch.Frequency);
        for (var i = 0; i < _connections.Length; i++)
        {
            var server = servers[i % servers.Count];
            var descriptor = LoadSocket.Connect(i, server, Encoding.ASCII.GetBytes(CreateRequest(server, i)));
            _connections[i] = new LoadConnection { Descriptor = descriptor, Next = 1 };
            _epoll.AddReadable(descriptor, i);
            while (i + 1 - _opened >= _openingAtOnce || (i + 1 == _connections.Length && _opened < _connections.Length))
            {
                Poll(cancellationToken);
                if (Stopwatch.GetTimestamp() > until)
                {
                    throw new BenchFailureException($"Only {_opened} of {_connections.Length} streams had answered after {timeout.TotalSeconds:0} s.");
                }
            }
        }
    }

    /// <summary>Has the last so many clients read nothing any more: what they are sent from now on is not counted, and the server finds them slow.</summary>
    public void Deafen(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _epoll.Remove(_connections[--_listening].Descriptor);
        }
    }

    /// <summary>Reads what comes for a while without publishing, such as heartbeats.</summary>
    public void Idle(TimeSpan duration, CancellationToken cancellationToken)
    {
        var until = Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        while (Stopwatch.GetTimestamp() < until)
        {
            Poll(cancellationToken);
        }
    }

    /// <summary>Closes every stream with a reset, so that no port stays behind in TIME_WAIT.</summary>
    public void Dispose()
    {
        if (_carry is null)
        {
            return;
        }

        foreach (ref var connection in _connections.AsSpan())
        {
            if (connection.Descriptor > 0)
            {
                _ = Libc.Close(connection.Descriptor);
            }
        }

        _epoll.Dispose();
        NativeMemory.Free(_carry);
        NativeMemory.Free(_buffer);
        _carry = null;
        _buffer = null;
    }

    /// <summary>The request that opens a stream.</summary>
    protected abstract string CreateRequest(IPEndPoint server, int index);

    /// <summary>A path with the user that a connection is, where each is one.</summary>
    protected string PathOf(string path, int index) =>
        _recipients is null ? path : $"{path}{(path.Contains('?') ? '&' : '?')}{Recipients.Parameter}={Recipients.Name(index)}";

    /// <summary>Takes what a connection sent, in whatever pieces it arrives.</summary>
    protected abstract void Parse(scoped ref LoadConnection connection, int index, ReadOnlySpan<byte> bytes);

    /// <summary>A stream is open.</summary>
    protected void Opened() => _opened++;

    /// <summary>An event came; -1 where its data is not what was sent.</summary>
    protected void Received(scoped ref LoadConnection connection, int index, long sequence)
    {
        if (!_events.Awaits(sequence) || !IsDue(in connection, index, sequence))
        {
            Fault(index, sequence < 0 ? "an event's data is not what was sent" : $"event {sequence} came where {connection.Next} was due{(_recipients is null ? "" : " at the earliest, and those of this user only")}");
            return;
        }

        var publishedAt = _events.Receive(sequence);
        _latencies?.Add(Stopwatch.GetElapsedTime(publishedAt, _readAt));
        connection.Next = sequence + 1;
    }

    /// <summary>Takes a message of a dialect's. What to send back; empty for nothing.</summary>
    protected ReadOnlySpan<byte> Take(SocketDialect dialect, scoped ref LoadConnection connection, int index, ReadOnlySpan<byte> message)
    {
        switch (dialect.Read(message, Filler, out var sequence, out var answer))
        {
            case SocketMessage.Event:
                Received(ref connection, index, sequence);
                break;
            case SocketMessage.Opened:
                Opened();
                break;
            case SocketMessage.Other:
                break;
            default:
                Fault(index, $"the message '{Encoding.UTF8.GetString(message)}' was not expected");
                break;
        }

        return answer;
    }

    /// <summary>Collects a response's head in the connection's carry. What follows it, or nothing while it is unfinished.</summary>
    /// <param name="connection">Whose.</param>
    /// <param name="index">Its number.</param>
    /// <param name="bytes">What came.</param>
    /// <param name="head">The whole head as text, when it is there.</param>
    protected ReadOnlySpan<byte> TakeHead(scoped ref LoadConnection connection, int index, ReadOnlySpan<byte> bytes, out string? head)
    {
        var rest = TakeHead(ref connection, index, bytes, out ReadOnlySpan<byte> whole);
        head = whole.IsEmpty ? null : Encoding.ASCII.GetString(whole);
        return rest;
    }

    /// <summary>Likewise, as bytes; empty while it is unfinished.</summary>
    protected ReadOnlySpan<byte> TakeHead(scoped ref LoadConnection connection, int index, ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> head)
    {
        head = default;
        var before = connection.CarryLength;
        var take = Math.Min(bytes.Length, _carrySize - before);
        bytes[..take].CopyTo(Carry(index)[before..]);
        connection.CarryLength += take;
        var carried = Carry(index)[..connection.CarryLength];
        var end = carried.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            if (take < bytes.Length)
            {
                Fault(index, $"the response's head is longer than {_carrySize} bytes");
            }

            return bytes[take..];
        }

        head = carried[..end];
        connection.CarryLength = 0;
        return bytes[(end + 4 - before)..];
    }

    /// <summary>Where a connection's unfinished bytes lie.</summary>
    protected Span<byte> Carry(int index) => new(_carry + ((nint)index * _carrySize), _carrySize);

    /// <summary>Sends a few bytes, which the socket's buffer takes at once.</summary>
    protected void Send(scoped ref readonly LoadConnection connection, int index, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* pointer = bytes)
        {
            if (Libc.Write(connection.Descriptor, pointer, bytes.Length) != bytes.Length)
            {
                Fault(index, $"writing failed with error {Marshal.GetLastSystemError()}");
            }
        }
    }

    /// <summary>Ends the run: the first fault is what is told.</summary>
    protected void Fault(int index, string what) =>
        _fault ??= $"Connection {index} of {_connections.Length}: {what} ({(_recipients is null ? "it had all before" : "its last was")} {_connections[index].Next - 1} of {_events.Published}).";

    // A user's events leave gaps in its numbers: one that is missing is then found by the wait for it.
    private bool IsDue(ref readonly LoadConnection connection, int index, long sequence) =>
        _recipients is null ? sequence == connection.Next : sequence >= connection.Next && _recipients.Of(sequence) == index;

    private void Poll(CancellationToken cancellationToken) => Poll(100, cancellationToken);

    private void Poll(int milliseconds, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var ready = _gathers ? Gather(TimeSpan.FromMilliseconds(milliseconds)) : _epoll.Wait(milliseconds);
        for (var i = 0; i < ready; i++)
        {
            Read(_epoll.Key(i));
        }

        if (_fault is not null)
        {
            throw new BenchFailureException(_fault);
        }
    }

    /// <summary>
    /// Fetches what has arrived every 0.2 ms, as from a network card that gathers its interrupts. A thread that waits in epoll is woken by whoever sends to it, in that one's time: the receiver's costs would be
    /// the server's, and a server that is not as fast as its receiver would pay them for every delivery, one that is faster for none.
    /// </summary>
    private int Gather(TimeSpan atMost)
    {
        var began = Stopwatch.GetTimestamp();
        int ready;
        while ((ready = _epoll.Wait(0)) == 0 && Stopwatch.GetElapsedTime(began) < atMost)
        {
            _ = Libc.Sleep(GatherMicroseconds);
        }

        return ready;
    }

    private void Read(int index)
    {
        ref var connection = ref _connections[index];
        nint count;
        do
        {
            count = Libc.Receive(connection.Descriptor, _buffer, BufferSize, Libc.DoNotWait);
            if (count > 0)
            {
                BytesRead += count;
                _readAt = _latencies is null ? 0 : Stopwatch.GetTimestamp();
                Parse(ref connection, index, new ReadOnlySpan<byte>(_buffer, (int)count));
            }
            else if (count == 0 || Marshal.GetLastSystemError() != Libc.ErrorAgain)
            {
                Fault(index, count == 0 ? "the server closed it" : $"reading failed with error {Marshal.GetLastSystemError()}");
            }
        }
        while (count == BufferSize);

        // A read that did not fill the buffer has emptied the socket (epoll(7)); another that finds nothing would cost every delivery a call.
    }
}
