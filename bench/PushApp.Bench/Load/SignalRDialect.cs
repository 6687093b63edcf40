namespace PushApp.Bench.Load;

/// <summary>SignalR's JSON protocol over a WebSocket without negotiation: each message ends in U+001E, and the server's pings are answered in kind, else it ends the connection after 30 s.</summary>
internal sealed class SignalRDialect : SocketDialect
{
    public override string Path => "/hub";

    public override ReadOnlySpan<byte> Greeting => "{\"protocol\":\"json\",\"version\":1}\u001e"u8;

    public override int FirstLength(ReadOnlySpan<byte> text) => text.IndexOf((byte)0x1e) is var end and >= 0 ? end + 1 : text.Length;

    public override SocketMessage Read(ReadOnlySpan<byte> message, ReadOnlySpan<byte> filler, out long sequence, out ReadOnlySpan<byte> answer)
    {
        sequence = -1;
        answer = default;
        var before = "{\"type\":1,\"target\":\"tick\",\"arguments\":[\""u8;
        if (message.StartsWith(before))
        {
            sequence = Sequence(message, before, "\"]}\u001e"u8, filler);
            return SocketMessage.Event;
        }

        if (message.SequenceEqual("{}\u001e"u8))
        {
            return SocketMessage.Opened;
        }

        if (message.StartsWith("{\"type\":6}"u8))
        {
            answer = "{\"type\":6}\u001e"u8;
            return SocketMessage.Other;
        }

        return SocketMessage.Unexpected;
    }
}
