using System.Buffers.Binary;
using System.Net;

namespace PushApp.Bench.Load;

/// <summary>Clients over WebSockets (<see href="https://www.rfc-editor.org/rfc/rfc6455#section-5">RFC 6455 §5</see>); what the messages say is the dialect's.</summary>
internal sealed class WebSocketLoad(SocketDialect dialect, LoadSettings settings) : StreamLoad(settings)
{
    // A frame's head in pieces lies in a connection's carry before an unfinished message.
    private const int HeadRoom = 16;

    private const byte Final = 0x80;
    private const byte OpcodeMask = 0x0F;
    private const byte Continuation = 0;
    private const byte Text = 1;
    private const byte Close = 8;
    private const byte Ping = 9;
    private const byte Pong = 10;

    // Nobody else uses these connections, so the key need not be a secret one, nor the mask a random one.
    protected override string CreateRequest(IPEndPoint server, int index) =>
        $"GET {PathOf(dialect.Path, index)} HTTP/1.1\r\nHost: {server}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: cHVzaGFwcC1iZW5jaGtleQ==\r\n\r\n";

    protected override void Parse(scoped ref LoadConnection connection, int index, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            switch (connection.Stage)
            {
                case Stage.Head:
                    bytes = TakeHead(ref connection, index, bytes, out string? head);
                    if (head is not null)
                    {
                        Begin(ref connection, index, head);
                    }

                    break;
                case Stage.FrameHead:
                    bytes = ParseFrameHead(ref connection, index, bytes);
                    break;
                case Stage.FrameData:
                    bytes = ParseFrameData(ref connection, index, bytes);
                    break;
                default:
                    Fault(index, "something came after the connection's end");
                    return;
            }
        }
    }

    private void Begin(scoped ref LoadConnection connection, int index, string head)
    {
        if (!head.StartsWith("HTTP/1.1 101 ", StringComparison.Ordinal))
        {
            Fault(index, $"the answer is no WebSocket but '{head[..Math.Min(head.Length, 200)].ReplaceLineEndings(" | ")}'");
            connection.Stage = Stage.Ended;
            return;
        }

        connection.Stage = Stage.FrameHead;
        if (!dialect.Greeting.IsEmpty)
        {
            SendText(ref connection, index, dialect.Greeting);
        }
    }

    // At most 10 bytes: collected in the carry when they come in pieces.
    private ReadOnlySpan<byte> ParseFrameHead(scoped ref LoadConnection connection, int index, ReadOnlySpan<byte> bytes)
    {
        var head = bytes;
        var carried = connection.CarryLength;
        if (carried > 0)
        {
            var carry = Carry(index);
            var take = Math.Min(10 - carried, bytes.Length);
            bytes[..take].CopyTo(carry[carried..]);
            head = carry[..(carried + take)];
        }

        var needed = head.Length < 2 ? 2 : (head[1] & 0x7F) switch { 126 => 4, 127 => 10, _ => 2 };
        if (head.Length < needed)
        {
            head.CopyTo(Carry(index));
            connection.CarryLength = head.Length;
            return [];
        }

        if ((head[1] & 0x80) != 0)
        {
            Fault(index, "the server masks its frames");
        }

        connection.FrameHead = head[0];
        connection.ChunkLeft = needed switch
        {
            4 => BinaryPrimitives.ReadUInt16BigEndian(head[2..]),
            10 => BinaryPrimitives.ReadInt64BigEndian(head[2..]),
            _ => head[1] & 0x7F,
        };
        connection.CarryLength = 0;
        connection.FrameStart = connection.MessageLength;
        connection.Stage = Stage.FrameData;
        var rest = bytes[(needed - carried)..];
        if (connection.ChunkLeft == 0)
        {
            End(ref connection, index, []);
        }

        return rest;
    }

    private ReadOnlySpan<byte> ParseFrameData(scoped ref LoadConnection connection, int index, ReadOnlySpan<byte> bytes)
    {
        var left = connection.ChunkLeft;
        if (connection.MessageLength == connection.FrameStart && bytes.Length >= left)
        {
            End(ref connection, index, bytes[..(int)left]);
            return bytes[(int)left..];
        }

        var take = (int)Math.Min(left, bytes.Length);
        if (!TryKeep(ref connection, index, bytes[..take]))
        {
            return [];
        }

        connection.ChunkLeft -= take;
        if (connection.ChunkLeft == 0)
        {
            End(ref connection, index, Message(in connection, index)[connection.FrameStart..]);
        }

        return bytes[take..];
    }

    /// <summary>A frame is complete.</summary>
    /// <param name="connection">Whose.</param>
    /// <param name="index">Its number.</param>
    /// <param name="data">The frame's own data: where it came in one piece it is not kept yet.</param>
    private void End(scoped ref LoadConnection connection, int index, ReadOnlySpan<byte> data)
    {
        connection.Stage = Stage.FrameHead;
        var isFinal = (connection.FrameHead & Final) != 0;
        switch (connection.FrameHead & OpcodeMask)
        {
            case Text when isFinal && connection.FrameStart == 0:
                TakeAll(ref connection, index, data);
                connection.MessageLength = 0;
                break;
            case Text when connection.FrameStart == 0:
            case Continuation when connection.FrameStart > 0:
                if (connection.MessageLength == connection.FrameStart && !TryKeep(ref connection, index, data))
                {
                    break;
                }

                if (isFinal)
                {
                    TakeAll(ref connection, index, Message(in connection, index));
                    connection.MessageLength = 0;
                }

                break;
            case Ping:
                SendFrame(ref connection, index, Pong, data);
                connection.MessageLength = connection.FrameStart;
                break;
            case Pong:
                connection.MessageLength = connection.FrameStart;
                break;
            case Close:
                Fault(index, "the server closed the WebSocket");
                break;
            default:
                Fault(index, $"a frame of kind {connection.FrameHead & OpcodeMask} came where text was due");
                break;
        }
    }

    private Span<byte> Message(ref readonly LoadConnection connection, int index) => Carry(index).Slice(HeadRoom, connection.MessageLength);

    private bool TryKeep(scoped ref LoadConnection connection, int index, ReadOnlySpan<byte> data)
    {
        if (HeadRoom + connection.MessageLength + data.Length > CarrySize)
        {
            Fault(index, $"a message is longer than {CarrySize - HeadRoom} bytes");
            connection.Stage = Stage.Ended;
            return false;
        }

        data.CopyTo(Carry(index)[(HeadRoom + connection.MessageLength)..]);
        connection.MessageLength += data.Length;
        return true;
    }

    private void TakeAll(scoped ref LoadConnection connection, int index, ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty)
        {
            var length = dialect.FirstLength(text);
            if (Take(dialect, ref connection, index, text[..length]) is { IsEmpty: false } answer)
            {
                SendText(ref connection, index, answer);
            }

            text = text[length..];
        }
    }

    private void SendText(scoped ref LoadConnection connection, int index, ReadOnlySpan<byte> message) => SendFrame(ref connection, index, Text, message);

    private void SendFrame(scoped ref LoadConnection connection, int index, byte opcode, ReadOnlySpan<byte> message)
    {
        // Masked by zeros: the bytes stay as they are.
        Span<byte> frame = stackalloc byte[6 + 125];
        frame[0] = (byte)(Final | opcode);
        frame[1] = (byte)(0x80 | message.Length);
        frame[2..6].Clear();
        message.CopyTo(frame[6..]);
        Send(ref connection, index, frame[..(6 + message.Length)]);
    }
}
