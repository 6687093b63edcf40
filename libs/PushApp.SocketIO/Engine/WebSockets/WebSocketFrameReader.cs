using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace PushApp.SocketIO.Engine.WebSockets;

/// <summary>
/// Reads a client's frames and joins fragments (https://www.rfc-editor.org/rfc/rfc6455#section-5). While nothing comes it holds no buffer (<see cref="WaitAsync"/>).
/// Any bytes end in a frame or a fault. Not thread-safe.
/// </summary>
internal sealed class WebSocketFrameReader(Stream input, int maxMessage)
{
    // Large enough for most messages in one read, small enough to come from the pool's small buckets.
    private const int BufferSize = 4096;

    // A client must send what it announces before it is given more memory than this.
    private const int TrustedLength = 16 * 1024;

    private byte[]? _buffer;
    private int _start;
    private int _end;

    // Of a message that came in fragments so far; control frames may come between them.
    private ArrayBufferWriter<byte>? _fragments;
    private WebSocketOpcode _fragmentsOpcode;

    /// <summary>Whether a message has begun, by a fragment, and not ended.</summary>
    public bool IsInMessage => _fragments is not null;

    /// <summary>
    /// Waits until there is something to read, by a read of zero bytes, which the server's streams complete then. Apart from <see cref="ReadAsync"/>, so that an idle connection is one
    /// awaited call deep, and not as many as reading is.
    /// </summary>
    public ValueTask<int> WaitAsync(CancellationToken cancellationToken)
    {
        if (_start < _end)
        {
            return new ValueTask<int>(0);
        }

        ReleaseBuffer();
        return input.ReadAsync(Memory<byte>.Empty, cancellationToken);
    }

    /// <summary>Whether there is something to read, or the end; without waiting, and without a buffer where there is not.</summary>
    public bool TryBegin(DescriptorStream wire)
    {
        if (_start < _end)
        {
            return true;
        }

        _buffer ??= ArrayPool<byte>.Shared.Rent(BufferSize);
        _start = 0;
        if (wire.TryRead(_buffer, out _end))
        {
            return true;
        }

        ReleaseBuffer();
        return false;
    }

    /// <summary>The next message or control frame. Throws what the stream throws: a connection that broke.</summary>
    public async ValueTask<WebSocketFrame> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (!await FillAsync(2, cancellationToken).ConfigureAwait(false))
            {
                return WebSocketFrame.End;
            }

            var first = _buffer![_start];
            var second = _buffer[_start + 1];
            var opcode = (WebSocketOpcode)(first & 0x0F);
            var isFinal = (first & 0x80) != 0;
            var isControl = ((byte)opcode & 0x08) != 0;

            // No extension is agreed on, so the reserved bits are 0; a client masks every frame; control frames are short and whole.
            if ((first & 0x70) != 0 || (second & 0x80) == 0 || !Enum.IsDefined(opcode)
                || (isControl && (!isFinal || (second & 0x7F) > 125))
                || (!isControl && (opcode == WebSocketOpcode.Continuation) != (_fragments is not null)))
            {
                return WebSocketFrame.Broken(WebSocketCloseCode.ProtocolError);
            }

            var lengthBytes = (second & 0x7F) switch { 126 => 2, 127 => 8, _ => 0 };
            if (!await FillAsync(2 + lengthBytes + 4, cancellationToken).ConfigureAwait(false))
            {
                return WebSocketFrame.End;
            }

            var length = lengthBytes switch
            {
                2 => BinaryPrimitives.ReadUInt16BigEndian(_buffer.AsSpan(_start + 2)),
                8 => BinaryPrimitives.ReadUInt64BigEndian(_buffer.AsSpan(_start + 2)),
                _ => (ulong)(second & 0x7F),
            };

            // Alone first: as 64 bits hold it, a length can be such that its sum with what is there already begins anew at 0.
            if (!isControl && (length > (ulong)maxMessage || (long)length + (_fragments?.WrittenCount ?? 0) > maxMessage))
            {
                return WebSocketFrame.Broken(WebSocketCloseCode.TooBig);
            }

            var mask = MemoryMarshal.Read<uint>(_buffer.AsSpan(_start + 2 + lengthBytes));
            _start += 2 + lengthBytes + 4;
            if (await ReadPayloadAsync((int)length, mask, cancellationToken).ConfigureAwait(false) is not { } payload)
            {
                return WebSocketFrame.End;
            }

            if (isControl)
            {
                return opcode == WebSocketOpcode.Close && WebSocketCloseCode.Check(payload) is not WebSocketCloseCode.None and var fault
                    ? WebSocketFrame.Broken(fault)
                    : new WebSocketFrame(opcode, payload);
            }

            if (isFinal && _fragments is null)
            {
                return new WebSocketFrame(opcode, payload);
            }

            if (_fragments is null)
            {
                _fragments = new ArrayBufferWriter<byte>(Math.Max(256, payload.Length * 2));
                _fragmentsOpcode = opcode;
            }

            _fragments.Write(payload);
            if (isFinal)
            {
                var message = _fragments.WrittenMemory;
                _fragments = null;
                return new WebSocketFrame(_fragmentsOpcode, message);
            }
        }
    }

    /// <summary>Gives the buffer back; nothing is read after it.</summary>
    public void Release() => ReleaseBuffer();

    /// <summary>Exclusive-ors with the mask (https://www.rfc-editor.org/rfc/rfc6455#section-5.3).</summary>
    /// <param name="data">The bytes, changed in place.</param>
    /// <param name="mask">The four bytes of the mask as they lie in memory.</param>
    /// <param name="offset">Where in the payload the bytes begin.</param>
    internal static void Unmask(Span<byte> data, uint mask, int offset)
    {
        // The mask turned so that its first byte meets the first of these. Bytes lie in memory as they came, so the turn is to the right on little-endian machines.
        var shift = (offset & 3) * 8;
        mask = BitConverter.IsLittleEndian ? BitOperations.RotateRight(mask, shift) : BitOperations.RotateLeft(mask, shift);
        var wide = mask | ((ulong)mask << 32);
        var words = MemoryMarshal.Cast<byte, ulong>(data);
        for (var i = 0; i < words.Length; i++)
        {
            words[i] ^= wide;
        }

        Span<byte> bytes = stackalloc byte[4];
        MemoryMarshal.Write(bytes, in mask);
        for (var i = words.Length * 8; i < data.Length; i++)
        {
            data[i] ^= bytes[i & 3];
        }
    }

    private void ReleaseBuffer()
    {
        if (_buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = null;
        }

        _start = _end = 0;
    }

    private async ValueTask<byte[]?> ReadPayloadAsync(int length, uint mask, CancellationToken cancellationToken)
    {
        if (length == 0)
        {
            return [];
        }

        var payload = new byte[Math.Min(length, TrustedLength)];
        var read = 0;
        while (read < length)
        {
            if (read == payload.Length)
            {
                Array.Resize(ref payload, (int)Math.Min(length, payload.Length * 2L));
            }

            int count;
            if (_start < _end)
            {
                count = Math.Min(payload.Length - read, _end - _start);
                _buffer.AsSpan(_start, count).CopyTo(payload.AsSpan(read));
                _start += count;
            }
            else
            {
                count = await input.ReadAsync(payload.AsMemory(read), cancellationToken).ConfigureAwait(false);
                if (count == 0)
                {
                    return null;
                }
            }

            Unmask(payload.AsSpan(read, count), mask, read);
            read += count;
        }

        return payload;
    }

    /// <summary>Sees that so many bytes lie in the buffer. False: the stream ended before.</summary>
    private async ValueTask<bool> FillAsync(int count, CancellationToken cancellationToken)
    {
        while (_end - _start < count)
        {
            if (_start == _end)
            {
                _start = _end = 0;
            }

            _buffer ??= ArrayPool<byte>.Shared.Rent(BufferSize);
            if (_buffer.Length - _start < 16)
            {
                _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
                _end -= _start;
                _start = 0;
            }

            var read = await input.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return false;
            }

            _end += read;
        }

        return true;
    }
}
