namespace PushApp.Bench.Load;

/// <summary>Engine.IO 4 and Socket.IO 5 over a WebSocket from the start: <c>0</c> is answered by <c>40</c>, <c>2</c> by <c>3</c>, <c>42[…]</c> is an event.</summary>
internal sealed class SocketIODialect : SocketDialect
{
    public override string Path => "/socket.io/?EIO=4&transport=websocket";

    public override SocketMessage Read(ReadOnlySpan<byte> message, ReadOnlySpan<byte> filler, out long sequence, out ReadOnlySpan<byte> answer)
    {
        sequence = -1;
        answer = default;
        var before = "42[\"tick\",\""u8;
        if (message.StartsWith(before))
        {
            sequence = Sequence(message, before, "\"]"u8, filler);
            return SocketMessage.Event;
        }

        if (message.StartsWith("40"u8))
        {
            return SocketMessage.Opened;
        }

        if (message.StartsWith("0"u8))
        {
            answer = "40"u8;
            return SocketMessage.Other;
        }

        if (message.SequenceEqual("2"u8))
        {
            answer = "3"u8;
            return SocketMessage.Other;
        }

        return SocketMessage.Unexpected;
    }
}
