using PushApp.SocketIO.Engine.WebSockets;

namespace PushApp.SocketIO.Engine.Packets;

/// <summary>One packet of Engine.IO: its type, and data where it has some. Immutable.</summary>
internal class EnginePacket(EnginePacketType type, ReadOnlyMemory<byte> data = default, bool isBinary = false)
{
    /// <summary>The data of the ping that begins an upgrade, and of its answer.</summary>
    public static readonly ReadOnlyMemory<byte> Probe = "probe"u8.ToArray();

    public static readonly EnginePacket Close = new(EnginePacketType.Close);
    public static readonly EnginePacket Ping = Framed(EnginePacketType.Ping);
    public static readonly EnginePacket Pong = Framed(EnginePacketType.Pong);
    public static readonly EnginePacket ProbeAnswer = new(EnginePacketType.Pong, Probe);
    public static readonly EnginePacket Noop = new(EnginePacketType.Noop);

    /// <summary>Bytes before the text of a packet whose frame is finished: what a frame's header and the digit of its type take at most.</summary>
    public const int FrameRoom = WebSocketFrameWriter.MaxHeader + 1;

    // What a waiting packet costs beside its data: its place in the outbox and the object.
    private const int Overhead = 64;

    public EnginePacketType Type { get; } = type;

    /// <summary>UTF-8 text, or bytes.</summary>
    public ReadOnlyMemory<byte> Data { get; } = data;

    /// <summary>Only messages may be binary.</summary>
    public bool IsBinary { get; } = isBinary;

    /// <summary>
    /// The whole WebSocket frame, where it was finished with the packet: a server's frames are not masked, so that one serves whoever gets it, in either version of the protocol. Only of text; empty where
    /// there is none.
    /// </summary>
    public ReadOnlyMemory<byte> Frame { get; protected init; }

    /// <summary>What it counts for in the outbox of a session, in bytes.</summary>
    public int Size => Data.Length + Overhead;

    private static EnginePacket Framed(EnginePacketType type) => new(type) { Frame = WebSocketFrameWriter.Finish(new byte[FrameRoom], type) };

    public static EnginePacket Open(ReadOnlyMemory<byte> json) => new(EnginePacketType.Open, json);
}
