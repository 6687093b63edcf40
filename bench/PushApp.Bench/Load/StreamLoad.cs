using System.ComponentModel;
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
internal abstract unsafe class StreamLoad : IDisposable
{
    private const int BufferSize = 64 * 1024;

    // 127.0.0.1 has some 28,000 free ports towards one server; the next 20,000 clients come from 127.0.0.2, and so on.
    private const int ConnectionsPerAddress = 20_000;

    private static readonly TimeSpan StallTimeout = TimeSpan.FromSeconds(15);

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
            Connect(i, servers[i % servers.Count]);
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

    /// <summary>
    /// Publishes at a fixed rate for a while, whether or not the events before have arrived, then waits until every connection has every event. An event that had to wait because too many were under way
    /// counts from the time at which it was due, so that a server which falls behind does not hide it.
    /// </summary>
    /// <param name="duration">How long is published.</param>
    /// <param name="eventsPerSecond">How often.</param>
    /// <param name="latencies">Gets the time from each publish to each connection's having it.</param>
    /// <param name="publish">Has the next event published.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public LoadPhase RunAtRate(TimeSpan duration, double eventsPerSecond, LatencyHistogram latencies, Action publish, CancellationToken cancellationToken)
    {
        _latencies = latencies;
        var cpu = CpuClock.OfThisThread();
        var (firstCompleted, firstDelivery) = (_events.Completed, _events.Deliveries);
        var start = Stopwatch.GetTimestamp();
        var interval = Stopwatch.Frequency / eventsPerSecond;
        var events = (long)(duration.TotalSeconds * eventsPerSecond);
        var progressAt = start;
        var now = start;
        var completions = new List<Completion>((int)events);
        long sent = 0;
        while (sent < events || !_events.IsEmpty)
        {
            var due = start + (long)(sent * interval);
            if (sent < events && now >= due && !_events.IsFull)
            {
                sent++;

                // A millisecond is what a wait may oversleep; more than that, it was kept waiting.
                Publish(publish, now - due < Stopwatch.Frequency / 500 ? now : due);
            }

            var before = _events.Deliveries;
            var wait = sent < events ? Math.Clamp((start + (sent * interval) - now) * 1000 / Stopwatch.Frequency, 0, 100) : 100;
            Poll((int)wait, cancellationToken);
            now = Stopwatch.GetTimestamp();
            progressAt = _events.Deliveries != before || _events.IsEmpty ? now : progressAt;
            if (Stopwatch.GetElapsedTime(progressAt, now) > StallTimeout)
            {
                throw Stalled();
            }

            while (_events.TryComplete(out var publishedAt))
            {
                completions.Add(new Completion(publishedAt, now));
            }
        }

        _latencies = null;
        return new LoadPhase(
            _events.Completed - firstCompleted, _events.Deliveries - firstDelivery, Stopwatch.GetElapsedTime(start, now).TotalSeconds, CpuClock.OfThisThread() - cpu, completions);
    }

    /// <summary>
    /// Keeps so many events in flight for a while, then waits until every connection has every event. The next event is published when the oldest one
    /// has reached all.
    /// </summary>
    /// <param name="duration">So long at least.</param>
    /// <param name="minEvents">So many events at least: with many connections and a slow server, a second holds few.</param>
    /// <param name="inFlight">Events under way at once. 1 to 64.</param>
    /// <param name="publish">Has the next event published.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public LoadPhase Run(TimeSpan duration, int minEvents, int inFlight, Action publish, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(inFlight, EventWindow.Capacity);
        var completions = new List<Completion>(capacity: 65_536);
        var cpu = CpuClock.OfThisThread();
        var (firstCompleted, firstDelivery) = (_events.Completed, _events.Deliveries);
        var start = Stopwatch.GetTimestamp();
        var deadline = start + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        var now = start;
        var progressAt = start;
        for (var i = 0; i < inFlight; i++)
        {
            Publish(publish, now);
        }

        while (!_events.IsEmpty)
        {
            var before = _events.Deliveries;
            Poll(cancellationToken);
            now = Stopwatch.GetTimestamp();
            if (_events.Deliveries != before)
            {
                progressAt = now;
            }
            else if (Stopwatch.GetElapsedTime(progressAt, now) > StallTimeout)
            {
                throw Stalled();
            }

            while (_events.TryComplete(out var publishedAt))
            {
                completions.Add(new Completion(publishedAt, now));
                if (now < deadline || _events.Published - firstCompleted < minEvents)
                {
                    Publish(publish, now);
                }
            }
        }

        return new LoadPhase(
            _events.Completed - firstCompleted, _events.Deliveries - firstDelivery, Stopwatch.GetElapsedTime(start, now).TotalSeconds, CpuClock.OfThisThread() - cpu, completions);
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

    /// <summary>Collects a response's head in the connection's carry. What follows it, or nothing while it is unfinished.</summary>
    /// <param name="connection">Whose.</param>
    /// <param name="index">Its number.</param>
    /// <param name="bytes">What came.</param>
    /// <param name="head">The whole head as text, when it is there.</param>
    protected ReadOnlySpan<byte> TakeHead(scoped ref LoadConnection connection, int index, ReadOnlySpan<byte> bytes, out string? head)
    {
        head = null;
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

        head = Encoding.ASCII.GetString(carried[..end]);
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

    private void Publish(Action publish, long now)
    {
        _events.Publish(now, _recipients is null ? _listening : 1);
        publish();
    }

    private void Poll(CancellationToken cancellationToken) => Poll(100, cancellationToken);

    private void Poll(int milliseconds, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var ready = _epoll.Wait(milliseconds);
        for (var i = 0; i < ready; i++)
        {
            Read(_epoll.Key(i));
        }

        if (_fault is not null)
        {
            throw new BenchFailureException(_fault);
        }
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

    private void Connect(int index, IPEndPoint server)
    {
        var request = Encoding.ASCII.GetBytes(CreateRequest(server, index));
        var descriptor = Libc.Socket(Libc.AddressFamilyInet, Libc.SocketStream | Libc.SocketCloseOnExec, 0);
        if (descriptor < 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), "socket failed");
        }

        _connections[index] = new LoadConnection { Descriptor = descriptor, Next = 1 };
        var linger = stackalloc int[2] { 1, 0 };
        var on = 1;
        _ = Libc.SetSocketOption(descriptor, Libc.LevelSocket, Libc.OptionLinger, linger, 2 * sizeof(int));
        _ = Libc.SetSocketOption(descriptor, Libc.LevelTcp, Libc.OptionNoDelay, &on, sizeof(int));

        var address = stackalloc byte[16];
        if (index >= ConnectionsPerAddress)
        {
            WriteAddress(address, new IPEndPoint(new IPAddress([127, 0, 0, (byte)(1 + (index / ConnectionsPerAddress))]), 0));
            Check(Libc.Bind(descriptor, address, 16), "bind");
        }

        WriteAddress(address, server);
        Check(Libc.Connect(descriptor, address, 16), "connect");
        fixed (byte* bytes = request)
        {
            if (Libc.Write(descriptor, bytes, request.Length) != request.Length)
            {
                throw new Win32Exception(Marshal.GetLastPInvokeError(), "Sending the request failed");
            }
        }

        _epoll.AddReadable(descriptor, index);
    }

    private static void Check(int result, string call)
    {
        if (result < 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"{call} failed while the streams were opened");
        }
    }

    /// <summary>struct sockaddr_in: family in the machine's order, port and address in the network's.</summary>
    private static void WriteAddress(byte* address, IPEndPoint endpoint)
    {
        *(ushort*)address = Libc.AddressFamilyInet;
        address[2] = (byte)(endpoint.Port >> 8);
        address[3] = (byte)endpoint.Port;
        _ = endpoint.Address.TryWriteBytes(new Span<byte>(address + 4, 4), out _);
        *(ulong*)(address + 8) = 0;
    }

    private BenchFailureException Stalled()
    {
        var sequence = _events.Completed + 1;
        var waiting = _recipients is null
            ? [.. Enumerable.Range(0, _listening).Where(index => _connections[index].Next <= sequence)]
            : new[] { _recipients.Of(sequence) };
        return new BenchFailureException(
            $"Nothing arrived for {StallTimeout.TotalSeconds:0} s: event {sequence} of {_events.Published} is missing at {waiting.Length} of {_connections.Length} connections, as at connection {waiting.FirstOrDefault()}.");
    }
}
