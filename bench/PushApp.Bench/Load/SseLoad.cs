using System.Net;

namespace PushApp.Bench.Load;

/// <summary>Clients of Server-Sent Events: HTTP/1.1 chunks and the event stream's lines, across whatever pieces they arrive in.</summary>
internal sealed class SseLoad(LoadSettings settings) : StreamLoad(settings)
{
    protected override string CreateRequest(IPEndPoint server, int index) =>
        $"GET {PathOf("/sse", index)} HTTP/1.1\r\nHost: {server}\r\nAccept: text/event-stream\r\nCache-Control: no-cache\r\n\r\n";

    protected override void Parse(scoped ref LoadConnection connection, int index, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            switch (connection.Stage)
            {
                case Stage.Head:
                    bytes = ParseHead(ref connection, index, bytes);
                    break;
                case Stage.ChunkSize:
                    bytes = ParseChunkSize(ref connection, index, bytes);
                    break;
                case Stage.ChunkData:
                    var take = (int)Math.Min(connection.ChunkLeft, bytes.Length);
                    ParseText(ref connection, index, bytes[..take]);
                    connection.ChunkLeft -= take;
                    bytes = bytes[take..];
                    if (connection.ChunkLeft == 0)
                    {
                        connection.Stage = Stage.ChunkEnd;
                    }

                    break;
                case Stage.ChunkEnd:
                    if (bytes[0] == '\n')
                    {
                        connection.Stage = Stage.ChunkSize;
                    }

                    bytes = bytes[1..];
                    break;
                case Stage.Ended:
                    Fault(index, "something came after the response's last chunk");
                    return;
            }
        }
    }

    private ReadOnlySpan<byte> ParseHead(scoped ref LoadConnection connection, int index, ReadOnlySpan<byte> bytes)
    {
        var rest = TakeHead(ref connection, index, bytes, out string? text);
        if (text is null)
        {
            return rest;
        }

        if (!text.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal) || !text.Contains("text/event-stream", StringComparison.OrdinalIgnoreCase))
        {
            Fault(index, $"the answer is no event stream but '{text[..Math.Min(text.Length, 200)].ReplaceLineEndings(" | ")}'");
        }

        if (text.Contains("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase))
        {
            connection.Stage = Stage.ChunkSize;
        }
        else
        {
            // Without chunks the stream runs until the connection ends.
            connection.Stage = Stage.ChunkData;
            connection.ChunkLeft = long.MaxValue;
        }

        Opened();
        return rest;
    }

    private ReadOnlySpan<byte> ParseChunkSize(scoped ref LoadConnection connection, int index, ReadOnlySpan<byte> bytes)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            var value = bytes[i];
            if (value == '\n')
            {
                connection.Stage = connection.ChunkLeft == 0 ? Stage.Ended : Stage.ChunkData;
                if (connection.ChunkLeft == 0)
                {
                    Fault(index, "the server ended the stream");
                }

                return bytes[(i + 1)..];
            }

            if (char.IsAsciiHexDigit((char)value))
            {
                connection.ChunkLeft = (connection.ChunkLeft << 4) | (uint)((value & 0xf) + (value >= 'A' ? 9 : 0));
            }
        }

        return [];
    }

    private void ParseText(scoped ref LoadConnection connection, int index, ReadOnlySpan<byte> text)
    {
        while (true)
        {
            var end = text.IndexOf((byte)'\n');
            var part = end < 0 ? text : text[..end];
            if (end < 0 || connection.CarryLength > 0)
            {
                if (part.Length > CarrySize - connection.CarryLength)
                {
                    Fault(index, $"a line is longer than {CarrySize} bytes");
                    return;
                }

                part.CopyTo(Carry(index)[connection.CarryLength..]);
                connection.CarryLength += part.Length;
                if (end < 0)
                {
                    return;
                }

                ParseLine(ref connection, index, Carry(index)[..connection.CarryLength]);
                connection.CarryLength = 0;
            }
            else
            {
                ParseLine(ref connection, index, part);
            }

            text = text[(end + 1)..];
        }
    }

    private void ParseLine(scoped ref LoadConnection connection, int index, ReadOnlySpan<byte> line)
    {
        if (line.EndsWith("\r"u8))
        {
            line = line[..^1];
        }

        if (line.IsEmpty)
        {
            Dispatch(ref connection, index);
        }
        else if (line.StartsWith("data:"u8))
        {
            // The measured events have one line of data each: a second one makes the first wrong.
            connection.Sequence = connection.HasData ? -1 : Payload.Verify(Value(line[5..]), Filler);
            connection.HasData = true;
        }
        else if (line.StartsWith("event:"u8))
        {
            var name = Value(line[6..]);
            connection.Kind = name.SequenceEqual("tick"u8) ? EventKind.Measured : name.SequenceEqual("push.reset"u8) ? EventKind.Reset : EventKind.Other;
        }
    }

    private static ReadOnlySpan<byte> Value(ReadOnlySpan<byte> text) => text.StartsWith(" "u8) ? text[1..] : text;

    private void Dispatch(ref LoadConnection connection, int index)
    {
        if (connection.HasData && connection.Kind == EventKind.Measured)
        {
            Received(ref connection, index, connection.Sequence);
        }
        else if (connection.Kind == EventKind.Reset)
        {
            Fault(index, "the server sent push.reset: it lost events");
        }

        connection.Kind = EventKind.Other;
        connection.HasData = false;
    }
}
