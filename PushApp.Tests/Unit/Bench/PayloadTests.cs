using System.Text;
using PushApp.Bench.Load;

namespace PushApp.Tests.Unit.Bench;

public sealed class PayloadTests
{
    [Theory]
    [InlineData(12)]
    [InlineData(120)]
    [InlineData(10 * 1024)]
    public void What_was_sent_is_known_again_and_nothing_else_is(int size)
    {
        var data = Encoding.ASCII.GetBytes(Payload.Create(42, size));
        var filler = Payload.Filler(size);

        Assert.Equal(size, data.Length);
        Assert.Equal(42, Payload.Verify(data, filler));
        Assert.Equal(-1, Payload.Verify(data.AsSpan(1), filler));
        data[^1]++;
        Assert.Equal(-1, Payload.Verify(data, filler));
    }

    [Fact]
    public void SignalR_may_put_several_messages_into_one_frame()
    {
        var dialect = new SignalRDialect();
        var text = Encoding.ASCII.GetBytes($"{{\"type\":1,\"target\":\"tick\",\"arguments\":[\"{Payload.Create(7, 20)}\"]}}\u001e{{\"type\":6}}\u001e");

        var length = dialect.FirstLength(text);
        Assert.Equal(SocketMessage.Event, dialect.Read(text.AsSpan(0, length), Payload.Filler(20), out var sequence, out _));
        Assert.Equal(7, sequence);
        Assert.Equal(text.Length - length, dialect.FirstLength(text.AsSpan(length)));
        Assert.Equal(SocketMessage.Other, dialect.Read(text.AsSpan(length), Payload.Filler(20), out _, out var answer));
        Assert.Equal("{\"type\":6}\u001e", Encoding.ASCII.GetString(answer));
    }
}
