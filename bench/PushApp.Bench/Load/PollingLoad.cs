using System.Buffers.Text;
using System.Net;
using System.Text;

namespace PushApp.Bench.Load;

/// <summary>
/// Clients of Engine.IO's long polling, each over one connection that is kept: a poll's answer is read, and the next poll sent, as a browser does it (<see href="https://socket.io/docs/v4/engine-io-protocol/#http-long-polling">Engine.IO 4</see>).
/// </summary>
internal sealed class PollingLoad(LoadSettings settings) : StreamLoad(settings)
{
    private const string Path = "/socket.io/?EIO=4&transport=polling";
    private const byte Separator = 0x1E;

    private readonly SocketIODialect _dialect = new();

    // What each sends again and again; made once its session has an id.
    private readonly byte[][] _polls = new byte[settings.Connections][];
    private readonly byte[][] _pongs = new byte[settings.Connections][];
    private IPEndPoint? _server;

    protected override string CreateRequest(IPEndPoint server, int index)
    {
        _server = server;
        return $"GET {PathOf(Path, index)} HTTP/1.1\r\nHost: {server}\r\n\r\n";
    }

    protected override void Parse(scoped ref LoadConnection connection, int index, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            switch (connection.Stage)
            {
                case Stage.Head:
                    bytes = TakeHead(ref connection, index, bytes, out ReadOnlySpan<byte> head);
                    if (!head.IsEmpty)
                    {
                        BeginBody(ref connection, index, head);
                    }

                    break;
                case Stage.FrameData:
                    bytes = ParseBody(ref connection, index, bytes);
                    break;
                default:
                    Fault(index, "something came after the connection's end");
                    return;
            }
        }
    }

    private void BeginBody(scoped ref LoadConnection connection, int index, ReadOnlySpan<byte> head)
    {
        if (!head.StartsWith("HTTP/1.1 200 "u8))
        {
            Fault(index, $"the answer is '{Encoding.ASCII.GetString(head[..Math.Min(head.Length, 200)]).ReplaceLineEndings(" | ")}'");
            connection.Stage = Stage.Ended;
            return;
        }

        if (!Utf8Parser.TryParse(Header(head, "content-length:"u8), out long length, out _))
        {
            Fault(index, "the answer does not say how long it is");
        }

        connection.MessageLength = 0;
        connection.ChunkLeft = length;
        connection.Stage = Stage.FrameData;
        if (length == 0)
        {
            End(ref connection, index, []);
        }
    }

    /// <summary>A header's value; nothing where it is not there.</summary>
    private static ReadOnlySpan<byte> Header(ReadOnlySpan<byte> head, ReadOnlySpan<byte> name)
    {
        foreach (var range in head.Split((byte)'\n'))
        {
            var line = head[range];
            if (line.Length > name.Length && Ascii.EqualsIgnoreCase(line[..name.Length], name))
            {
                return line[name.Length..].Trim(" \r"u8);
            }
        }

        return default;
    }

    private ReadOnlySpan<byte> ParseBody(scoped ref LoadConnection connection, int index, ReadOnlySpan<byte> bytes)
    {
        var take = (int)Math.Min(connection.ChunkLeft, bytes.Length);
        if (take == connection.ChunkLeft && connection.MessageLength == 0)
        {
            End(ref connection, index, bytes[..take]);
        }
        else if (TryKeep(ref connection, index, bytes[..take]) && (connection.ChunkLeft -= take) == 0)
        {
            End(ref connection, index, Carry(index)[..connection.MessageLength]);
        }

        return bytes[take..];
    }

    private bool TryKeep(scoped ref LoadConnection connection, int index, ReadOnlySpan<byte> data)
    {
        if (connection.MessageLength + data.Length > CarrySize)
        {
            Fault(index, $"an answer is longer than {CarrySize} bytes");
            connection.Stage = Stage.Ended;
            return false;
        }

        data.CopyTo(Carry(index)[connection.MessageLength..]);
        connection.MessageLength += data.Length;
        return true;
    }

    /// <summary>An answer is complete: it is taken, and what follows is sent.</summary>
    private void End(scoped ref LoadConnection connection, int index, ReadOnlySpan<byte> body)
    {
        connection.Stage = Stage.Head;
        if (_polls[index] is null)
        {
            Begin(ref connection, index, body);
        }
        else if (body.SequenceEqual("ok"u8))
        {
            Send(ref connection, index, _polls[index]);
        }
        else
        {
            TakeAll(ref connection, index, body);
        }
    }

    private void Begin(scoped ref LoadConnection connection, int index, ReadOnlySpan<byte> body)
    {
        var before = "\"sid\":\""u8;
        var start = body.IndexOf(before) + before.Length;
        var length = start < before.Length ? -1 : body[start..].IndexOf((byte)'"');
        if (length < 0)
        {
            Fault(index, $"the handshake is '{Encoding.UTF8.GetString(body)}'");
            return;
        }

        var path = $"{Path}&sid={Encoding.ASCII.GetString(body.Slice(start, length))} HTTP/1.1\r\nHost: {_server}\r\n";
        _polls[index] = Encoding.ASCII.GetBytes($"GET {path}\r\n");
        _pongs[index] = Post("3");
        Send(ref connection, index, Post("40"));

        byte[] Post(string packet) => Encoding.ASCII.GetBytes($"POST {path}Content-Type: text/plain;charset=UTF-8\r\nContent-Length: {packet.Length}\r\n\r\n{packet}");
    }

    private void TakeAll(scoped ref LoadConnection connection, int index, ReadOnlySpan<byte> body)
    {
        var isPinged = false;
        while (!body.IsEmpty)
        {
            var end = body.IndexOf(Separator);
            var packet = end < 0 ? body : body[..end];
            body = end < 0 ? [] : body[(end + 1)..];
            isPinged |= !Take(_dialect, ref connection, index, packet).IsEmpty;
        }

        Send(ref connection, index, isPinged ? _pongs[index] : _polls[index]);
    }
}
