namespace PushApp.SocketIO.Engine.Packets;

/// <summary>One packet of Engine.IO: its type, and data where it has some. Immutable.</summary>
internal class EnginePacket(EnginePacketType type, ReadOnlyMemory<byte> data = default, bool isBinary = false)
{
    /// <summary>The data of the ping that begins an upgrade, and of its answer.</summary>
    public static readonly ReadOnlyMemory<byte> Probe = "probe"u8.ToArray();

    public static readonly EnginePacket Close = new(EnginePacketType.Close);
    public static readonly EnginePacket Ping = new(EnginePacketType.Ping);
    public static readonly EnginePacket Pong = new(EnginePacketType.Pong);
    public static readonly EnginePacket ProbeAnswer = new(EnginePacketType.Pong, Probe);
    public static readonly EnginePacket Noop = new(EnginePacketType.Noop);

    // What a waiting packet costs beside its data: its place in the outbox and the object.
    private const int Overhead = 64;

    public EnginePacketType Type { get; } = type;

    /// <summary>UTF-8 text, or bytes.</summary>
    public ReadOnlyMemory<byte> Data { get; } = data;

    /// <summary>Only messages may be binary.</summary>
    public bool IsBinary { get; } = isBinary;

    /// <summary>What it counts for in the outbox of a session, in bytes.</summary>
    public int Size => Data.Length + Overhead;

    public static EnginePacket Open(ReadOnlyMemory<byte> json) => new(EnginePacketType.Open, json);
}
