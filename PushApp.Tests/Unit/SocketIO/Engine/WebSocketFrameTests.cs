using System.Buffers;
using System.Buffers.Binary;
using CsCheck;
using PushApp.SocketIO.Engine;
using PushApp.SocketIO.Engine.WebSockets;

namespace PushApp.Tests.Unit.SocketIO.Engine;

/// <summary>WebSocket frames: whatever a client sends, in whatever pieces, is read as it was sent or is refused.</summary>
public sealed class WebSocketFrameTests
{
    private const int MaxMessage = 100_000;

    private static readonly WebSocketOpcode[] Opcodes = [WebSocketOpcode.Text, WebSocketOpcode.Binary, WebSocketOpcode.Ping, WebSocketOpcode.Pong];

    private static readonly Gen<Sent> Frame = Gen.Select(
        Gen.Int[0, 3].Select(index => Opcodes[index]),
        Gen.OneOf(Gen.Byte.Array[0, 125], Gen.Byte.Array[0, 300], Gen.Byte.Array[65_000, 70_000]),
        Gen.UInt,
        Gen.Int[1, 4]).Select((opcode, data, mask, fragments) => opcode is WebSocketOpcode.Ping or WebSocketOpcode.Pong
            ? new Sent(opcode, data[..Math.Min(125, data.Length)], mask, 1)
            : new Sent(opcode, data, mask, fragments));

    [Fact]
    public Task Any_messages_in_any_pieces_are_read_as_sent() => Gen.Select(Frame.Array[1, 5], Gen.Int[1, 5000]).SampleAsync(async (frames, piece) =>
    {
        var wire = new ArrayBufferWriter<byte>();
        foreach (var frame in frames)
        {
            frame.WriteTo(wire);
        }

        var reader = new WebSocketFrameReader(new Pieces(wire.WrittenSpan.ToArray(), piece), MaxMessage);
        foreach (var frame in frames)
        {
            var read = await reader.ReadAsync(TestContext.Current.CancellationToken);
            Assert.Equal(WebSocketCloseCode.None, read.Fault);
            Assert.Equal(frame.Opcode, read.Opcode);
            Assert.True(frame.Data.AsSpan().SequenceEqual(read.Data.Span));
        }

        Assert.True((await reader.ReadAsync(TestContext.Current.CancellationToken)).IsEnd);
        reader.Release();
    }, iter: 200);

    [Fact]
    public Task Any_bytes_end_in_frames_a_fault_or_the_end() => Gen.Select(Gen.Byte.Array[0, 200], Gen.Int[1, 50]).SampleAsync(async (bytes, piece) =>
    {
        var reader = new WebSocketFrameReader(new Pieces(bytes, piece), 1000);
        for (var i = 0; i <= bytes.Length; i++)
        {
            var frame = await reader.ReadAsync(TestContext.Current.CancellationToken);
            if (frame.IsEnd || frame.Fault != WebSocketCloseCode.None)
            {
                return;
            }

            Assert.InRange(frame.Data.Length, 0, 1000);
        }

        Assert.Fail("More frames than bytes.");
    });

    [Theory]
    [InlineData(0xC1, 0x80, WebSocketCloseCode.ProtocolError)]
    [InlineData(0x81, 0x01, WebSocketCloseCode.ProtocolError)]
    [InlineData(0x83, 0x80, WebSocketCloseCode.ProtocolError)]
    [InlineData(0x09, 0x80, WebSocketCloseCode.ProtocolError)]
    [InlineData(0x89, 0xFE, WebSocketCloseCode.ProtocolError)]
    [InlineData(0x80, 0x80, WebSocketCloseCode.ProtocolError)]
    [InlineData(0x88, 0x81, WebSocketCloseCode.ProtocolError)]
    [InlineData(0x82, 0xFF, WebSocketCloseCode.TooBig)]
    public async Task What_breaks_the_rules_is_refused_by_its_number(byte first, byte second, int fault)
    {
        byte[] bytes = [first, second, .. Enumerable.Repeat((byte)0xFF, 20)];
        var reader = new WebSocketFrameReader(new MemoryStream(bytes), MaxMessage);

        Assert.Equal(fault, (await reader.ReadAsync(TestContext.Current.CancellationToken)).Fault);
    }

    [Fact]
    public async Task Fragments_are_bounded_together()
    {
        var wire = new ArrayBufferWriter<byte>();
        new Sent(WebSocketOpcode.Binary, new byte[1001], 0, 3).WriteTo(wire);
        var reader = new WebSocketFrameReader(new MemoryStream(wire.WrittenSpan.ToArray()), 1000);

        Assert.Equal(WebSocketCloseCode.TooBig, (await reader.ReadAsync(TestContext.Current.CancellationToken)).Fault);
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(ulong.MaxValue - 500)]
    [InlineData(1UL << 63)]
    [InlineData((1UL << 63) - 1)]
    public async Task A_length_whose_sum_with_the_fragments_before_it_overflows_is_too_big(ulong length)
    {
        var bytes = new byte[7 + 14];
        bytes[0] = 0x02;
        bytes[1] = 0x81;
        bytes[7] = 0x80;
        bytes[8] = 0xFF;
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(9), length);
        var reader = new WebSocketFrameReader(new MemoryStream(bytes), MaxMessage);

        Assert.Equal(WebSocketCloseCode.TooBig, (await reader.ReadAsync(TestContext.Current.CancellationToken)).Fault);
    }

    [Fact]
    public async Task An_announced_length_alone_takes_no_memory()
    {
        byte[] bytes = [0x82, 0xFF, 0, 0, 0, 0, 0x05, 0, 0, 0, 1, 2, 3, 4, 9];
        var before = GC.GetAllocatedBytesForCurrentThread();
        var reader = new WebSocketFrameReader(new MemoryStream(bytes), 100_000_000);

        Assert.True((await reader.ReadAsync(TestContext.Current.CancellationToken)).IsEnd);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    [Fact]
    public void Written_frames_have_the_shortest_length_and_no_mask() => Gen.Byte.Array[0, 70_000].Sample(data =>
    {
        var output = new ArrayBufferWriter<byte>();
        WebSocketFrameWriter.Write(output, new EngineMessage(data, isBinary: true), 4);
        var header = data.Length < 126 ? 2 : data.Length <= 65_535 ? 4 : 10;
        Assert.Equal(header + data.Length, output.WrittenCount);
        Assert.Equal(0x82, output.WrittenSpan[0]);
        Assert.Equal(data.Length < 126 ? data.Length : data.Length <= 65_535 ? 126 : 127, output.WrittenSpan[1]);
        Assert.True(output.WrittenSpan[header..].SequenceEqual(data));
    }, iter: 200);

    [Fact]
    public void Unmasking_is_the_same_in_any_pieces() => Gen.Select(Gen.Byte.Array[0, 100], Gen.UInt, Gen.Int[0, 100]).Sample((data, mask, cut) =>
    {
        cut = Math.Min(cut, data.Length);
        var key = BitConverter.GetBytes(mask);
        var expected = data.Select((value, i) => (byte)(value ^ key[i % 4])).ToArray();
        WebSocketFrameReader.Unmask(data.AsSpan(0, cut), mask, 0);
        WebSocketFrameReader.Unmask(data.AsSpan(cut), mask, cut);
        Assert.Equal(expected, data);
    });

    private sealed record Sent(WebSocketOpcode Opcode, byte[] Data, uint Mask, int Fragments)
    {
        public void WriteTo(ArrayBufferWriter<byte> output)
        {
            var size = Math.Max(1, (Data.Length + Fragments - 1) / Fragments);
            var at = 0;
            do
            {
                var part = Data.AsSpan(at, Math.Min(size, Data.Length - at)).ToArray();
                var isLast = at + part.Length >= Data.Length;
                var span = output.GetSpan(14);
                span[0] = (byte)((isLast ? 0x80 : 0) | (byte)(at == 0 ? Opcode : WebSocketOpcode.Continuation));
                var header = 2;
                if (part.Length < 126)
                {
                    span[1] = (byte)(0x80 | part.Length);
                }
                else if (part.Length <= ushort.MaxValue)
                {
                    span[1] = 0x80 | 126;
                    BinaryPrimitives.WriteUInt16BigEndian(span[2..], (ushort)part.Length);
                    header = 4;
                }
                else
                {
                    span[1] = 0x80 | 127;
                    BinaryPrimitives.WriteUInt64BigEndian(span[2..], (ulong)part.Length);
                    header = 10;
                }

                BitConverter.TryWriteBytes(span[header..], Mask);
                output.Advance(header + 4);
                WebSocketFrameReader.Unmask(part, Mask, 0);
                output.Write(part);
                at += size;
            }
            while (at < Data.Length);
        }
    }

    /// <summary>Gives at most so many bytes a read.</summary>
    private sealed class Pieces(byte[] data, int piece) : MemoryStream(data)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
    }
}
