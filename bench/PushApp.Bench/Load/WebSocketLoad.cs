using System.Buffers.Binary;
using System.Net;

namespace PushApp.Bench.Load;

/// <summary>Clients over WebSockets (<see href="https://www.rfc-editor.org/rfc/rfc6455#section-5">RFC 6455 §5</see>); what the messages say is the dialect's.</summary>
internal sealed class WebSocketLoad(SocketDialect dialect, LoadSettings settings) : StreamLoad(settings)
{
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
                    bytes = TakeHead(ref connection, index, bytes, out var head);
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
        if (connection.CarryLength == 0 && bytes.Length >= left)
        {
            End(ref connection, index, bytes[..(int)left]);
            return bytes[(int)left..];
        }

        if (connection.CarryLength + left > CarrySize)
        {
            Fault(index, $"a message is longer than {CarrySize} bytes");
            connection.Stage = Stage.Ended;
            return [];
        }

        var take = (int)Math.Min(left, bytes.Length);
        bytes[..take].CopyTo(Carry(index)[connection.CarryLength..]);
        connection.CarryLength += take;
        connection.ChunkLeft -= take;
        if (connection.ChunkLeft == 0)
        {
            var message = Carry(index)[..connection.CarryLength];
            connection.CarryLength = 0;
            End(ref connection, index, message);
        }

        return bytes[take..];
    }

    private void End(scoped ref LoadConnection connection, int index, ReadOnlySpan<byte> message)
    {
        connection.Stage = Stage.FrameHead;
        switch (connection.FrameHead & OpcodeMask)
        {
            case Text when (connection.FrameHead & Final) != 0:
                for (var rest = message; !rest.IsEmpty;)
                {
                    var length = dialect.FirstLength(rest);
                    Take(ref connection, index, rest[..length]);
                    rest = rest[length..];
                }

                break;
            case Ping:
                SendFrame(ref connection, index, Pong, message);
                break;
            case Pong:
                break;
            case Close:
                Fault(index, "the server closed the WebSocket");
                break;
            case Text or Continuation:
                Fault(index, "the server fragments its messages, which this generator does not read");
                break;
            default:
                Fault(index, $"a frame of kind {connection.FrameHead & OpcodeMask} came where text was due");
                break;
        }
    }

    private void Take(scoped ref LoadConnection connection, int index, ReadOnlySpan<byte> message)
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
                Fault(index, $"the message '{System.Text.Encoding.UTF8.GetString(message)}' was not expected");
                break;
        }

        if (!answer.IsEmpty)
        {
            SendText(ref connection, index, answer);
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
