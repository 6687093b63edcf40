using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PushApp.Push.Transport;

/// <summary>
/// Owns the descriptor of one connection, from accept to close, whoever serves it meanwhile. As a <see cref="SafeHandle"/> it is closed once, and not while a call
/// with it is under way, so that nothing is ever written to a number which the system has given to another connection. Thread-safe.
/// </summary>
internal sealed class Descriptor : SafeHandleMinusOneIsInvalid
{
    /// <summary>Of <see cref="Send(ReadOnlySpan{byte})"/> and <see cref="Receive"/>: not now.</summary>
    public const int WouldBlock = -Libc.ErrorAgain;

    // Pieces that go out in one call; beyond it the next call follows.
    private const int MaxPieces = 16;

    private readonly DescriptorPoller _poller;
    private readonly DescriptorCount _count;
    private long _key;

    public Descriptor(int number, DescriptorPoller poller, DescriptorCount count)
        : base(ownsHandle: true)
    {
        _poller = poller;
        _count = count;
        _count.Add();
        SetHandle(number);
    }

    /// <summary>Has its readiness reported: each change once, beginning with what it is ready for now.</summary>
    public void Watch(IReadinessHandler handler, Readiness interest)
    {
        var key = Interlocked.Read(ref _key);
        if (key == 0)
        {
            Interlocked.Exchange(ref _key, _poller.Add(this, handler, interest));
        }
        else
        {
            // The kernel looks again, so that nothing is missed of what came while the former handler did not listen any more.
            _poller.Change(key, this, handler, interest);
        }
    }

    /// <summary>Reads what sending is about to need; what is returned means nothing.</summary>
    public int Preload() => (int)handle;

    /// <summary>Sends what the system takes at once: the count of bytes, or the negative error number.</summary>
    public nint Send(ReadOnlySpan<byte> bytes)
    {
        nint sent;
        do
        {
            sent = Libc.Send(this, bytes, bytes.Length, Libc.NoSignal);
        }
        while (WasInterrupted(ref sent));
        return sent;
    }

    /// <summary>The same of several pieces in one call: of as many as one takes.</summary>
    public unsafe nint Send(in ReadOnlySequence<byte> bytes)
    {
        if (bytes.IsSingleSegment)
        {
            return Send(bytes.FirstSpan);
        }

        var pieces = stackalloc Libc.Piece[MaxPieces];
        Pins pins = default;
        var count = 0;
        try
        {
            foreach (var memory in bytes)
            {
                if (memory.IsEmpty)
                {
                    continue;
                }

                pins[count] = memory.Pin();
                pieces[count] = new Libc.Piece { Start = pins[count].Pointer, Length = memory.Length };
                if (++count == MaxPieces)
                {
                    break;
                }
            }

            var message = new Libc.MessageHeader { Pieces = pieces, PieceCount = count };
            nint sent;
            do
            {
                sent = Libc.SendMessage(this, message, Libc.NoSignal);
            }
            while (WasInterrupted(ref sent));
            return sent;
        }
        finally
        {
            for (var i = 0; i < count; i++)
            {
                pins[i].Dispose();
            }
        }
    }

    /// <summary>Receives what is there: the count of bytes, 0 at the end, or the negative error number.</summary>
    public nint Receive(Span<byte> buffer)
    {
        nint received;
        do
        {
            received = Libc.Receive(this, buffer, buffer.Length, 0);
        }
        while (WasInterrupted(ref received));
        return received;
    }

    public void SetNoDelay(bool value) => _ = Libc.SetOption(this, Libc.LevelTcp, Libc.TcpNoDelay, value ? 1 : 0, sizeof(int));

    /// <summary>How long what was sent may stay unacknowledged before the system gives the connection up (<see href="https://man7.org/linux/man-pages/man7/tcp.7.html">TCP_USER_TIMEOUT</see>).</summary>
    public void SetUserTimeout(TimeSpan value) => _ = Libc.SetOption(this, Libc.LevelTcp, Libc.TcpUserTimeout, (int)value.TotalMilliseconds, sizeof(int));

    /// <summary>Has closing it discard what is unsent, and tell the client by a reset (<see href="https://man7.org/linux/man-pages/man7/socket.7.html">SO_LINGER</see> of no time).</summary>
    public void ResetAtClose() => _ = Libc.SetOption(this, Libc.LevelSocket, Libc.Linger, new Libc.LingerTime { IsOn = 1 }, sizeof(int) * 2);

    public void Shutdown(int how) => _ = Libc.Shutdown(this, how);

    /// <summary>
    /// Closes it after what was sent. Closed with something unread, the system would send a reset, and the peer might lose the end of what it was sent:
    /// the little that may lie there is taken first.
    /// </summary>
    public void CloseGracefully()
    {
        if (IsClosed)
        {
            return;
        }

        Shutdown(Libc.ShutdownWrite);
        Span<byte> rest = stackalloc byte[1024];
        for (var i = 0; i < 16 && Receive(rest) > 0; i++)
        {
        }

        Dispose();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _key, 0) is var key and not 0)
        {
            _poller.Remove(key);
        }

        base.Dispose(disposing);
    }

    protected override bool ReleaseHandle()
    {
        _count.Remove();
        return Libc.Close((int)handle) == 0;
    }

    /// <summary>Puts the negative error number in the place of a call's -1; true where a signal came in between, so that it is to be called again.</summary>
    private static bool WasInterrupted(ref nint result)
    {
        if (result >= 0)
        {
            return false;
        }

        var error = Marshal.GetLastPInvokeError();
        result = -error;
        return error == Libc.ErrorInterrupted;
    }

    [InlineArray(MaxPieces)]
    private struct Pins
    {
        private MemoryHandle _first;
    }
}
