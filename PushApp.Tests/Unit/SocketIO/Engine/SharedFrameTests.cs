using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using PushApp.SocketIO;
using PushApp.SocketIO.Engine;
using PushApp.SocketIO.Engine.Packets;
using PushApp.SocketIO.Engine.WebSockets;
using PushApp.SocketIO.Protocol;

namespace PushApp.Tests.Unit.SocketIO.Engine;

/// <summary>A server's frames are not masked: what is broadcast is framed once.</summary>
public sealed class SharedFrameTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(1000)]
    [InlineData(70_000)]
    public void A_packets_finished_frame_is_what_a_frame_writer_writes(int length)
    {
        var text = new string('é', length);
        var finished = PacketWriter.Event("/", "e", SocketArguments.From(text))[0];
        var plain = new EngineMessage(finished.Data, isBinary: false);
        Assert.StartsWith("2[\"e\",", Encoding.UTF8.GetString(finished.Data.Span), StringComparison.Ordinal);
        foreach (var protocol in new[] { 3, 4 })
        {
            Assert.Equal(Written(plain, protocol), finished.Frame.ToArray());
            Assert.Equal(Written(plain, protocol), Written(finished, protocol));
        }
    }

    [Fact]
    public void An_offset_is_put_behind_what_was_written_for_all()
    {
        foreach (var arguments in new[] { SocketArguments.FromList([]), SocketArguments.From("é]"), SocketArguments.From(new { a = 1 }, new byte[] { 1, 2 }, new string('x', 200)) })
        {
            var all = PacketWriter.Event("/n", "e", arguments);
            var whole = PacketWriter.Event("/n", "e", arguments, null, "id.1~2"u8);
            var one = PacketWriter.WithOffset(all, "id.1~2"u8);
            Assert.Equal(whole.Select(message => Encoding.UTF8.GetString(message.Data.Span)), one.Select(message => Encoding.UTF8.GetString(message.Data.Span)));
            Assert.Equal(whole[0].Frame.ToArray(), one[0].Frame.ToArray());
            Assert.EndsWith("]", Encoding.UTF8.GetString(all[0].Data.Span), StringComparison.Ordinal);
            Assert.Same(all[^1], one.Length > 1 ? one[^1] : all[^1]);
        }
    }

    [Fact]
    public void Pings_and_control_packets_are_framed_too()
    {
        Assert.Equal([0x81, 1, (byte)'2'], EnginePacket.Ping.Frame.ToArray());
        Assert.Equal([0x81, 1, (byte)'3'], EnginePacket.Pong.Frame.ToArray());
        Assert.True(PacketWriter.Event("/", "e", SocketArguments.From(new byte[] { 1, 2 }))[1].Frame.IsEmpty);
    }

    [Fact]
    public void Each_WebSocket_is_given_the_same_bytes_and_what_comes_together_goes_out_together()
    {
        var message = PacketWriter.Event("/", "e", SocketArguments.From("x"))[0];
        var one = new Given();
        var other = new Given();
        foreach (var given in new[] { one, other })
        {
            var socket = new WebSocketConnection(given, 1000, () => { });
            socket.Write(message, protocol: 4);
            Assert.True(socket.TryFlush());
            socket.Write(message, protocol: 4);
            socket.Write(EnginePacket.Ping, protocol: 4);
            socket.WritePong("p"u8);
            Assert.True(socket.TryFlush());
        }

        Assert.True(MemoryMarshal.TryGetArray(one.Writes[0], out var first));
        Assert.True(MemoryMarshal.TryGetArray(other.Writes[0], out var second));
        Assert.Same(first.Array, second.Array);
        Assert.Equal(message.Frame.ToArray(), one.Writes[0].ToArray());
        Assert.Equal([.. message.Frame.ToArray(), 0x81, 1, (byte)'2', 0x8A, 1, (byte)'p'], one.Copies[1]);
        Assert.Equal(2, one.Writes.Count);
    }

    private static byte[] Written(EnginePacket packet, int protocol)
    {
        var output = new ArrayBufferWriter<byte>();
        WebSocketFrameWriter.Write(output, packet, protocol);
        return output.WrittenSpan.ToArray();
    }

    private sealed class Given : MemoryStream
    {
        public List<ReadOnlyMemory<byte>> Writes { get; } = [];

        public List<byte[]> Copies { get; } = [];

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Writes.Add(buffer);
            Copies.Add(buffer.ToArray());
            return default;
        }
    }
}
