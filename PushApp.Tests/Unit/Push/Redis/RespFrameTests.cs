using System.Text;
using PushApp.Push.Redis.Subscribing;

namespace PushApp.Tests.Unit.Push.Redis;

public sealed class RespFrameTests
{
    [Theory]
    [InlineData("+PONG\r\n")]
    [InlineData("-ERR no\r\n")]
    [InlineData(":42\r\n")]
    [InlineData("$-1\r\n")]
    [InlineData("$0\r\n\r\n")]
    [InlineData("$6\r\n\r\n+1\r\n\r\n")]
    [InlineData("*0\r\n")]
    [InlineData("*-1\r\n")]
    [InlineData("*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n")]
    [InlineData("*2\r\n*1\r\n$1\r\na\r\n*2\r\n:1\r\n+b\r\n")]
    [InlineData("%1\r\n+key\r\n*1\r\n:1\r\n")]
    [InlineData("|1\r\n+ttl\r\n:3600\r\n:1\r\n")]
    [InlineData(">2\r\n+a\r\n_\r\n")]
    [InlineData("~2\r\n#t\r\n,1.5\r\n")]
    [InlineData("=7\r\ntxt:abc\r\n")]
    [InlineData("(12345678901234567890\r\n")]
    public void A_frame_ends_where_it_ends_and_is_not_there_before(string frame)
    {
        var bytes = Encoding.ASCII.GetBytes(frame);
        Assert.Equal(bytes.Length, RespFrame.Measure(bytes));
        Assert.Equal(bytes.Length, RespFrame.Measure(Encoding.ASCII.GetBytes(frame + "$1")));
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Equal(0, RespFrame.Measure(bytes.AsSpan(0, length)));
        }
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n")]
    [InlineData("\r\n")]
    [InlineData("$x\r\n")]
    [InlineData("$\r\n")]
    [InlineData("*1.5\r\n")]
    [InlineData("$99999999999\r\n")]
    [InlineData("*999999999\r\n")]
    [InlineData("*2\r\n+a\r\nx\r\n")]
    public void What_is_none_is_refused(string bytes) => Assert.Equal(-1, RespFrame.Measure(Encoding.ASCII.GetBytes(bytes)));

    [Fact]
    public void Whatever_comes_is_measured_and_read_without_an_error()
    {
        var random = new Random(11);
        ReadOnlySpan<byte> alphabet = "*$>%|+-:=!~_,#(\r\n\r\n\r\n0123messag"u8;
        var bytes = new byte[64];
        for (var i = 0; i < 200_000; i++)
        {
            var length = random.Next(bytes.Length);
            for (var at = 0; at < length; at++)
            {
                bytes[at] = alphabet[random.Next(alphabet.Length)];
            }

            var measured = RespFrame.Measure(bytes.AsSpan(0, length));
            Assert.InRange(measured, -1, length);
            _ = RespFrame.TryReadMessage(bytes.AsSpan(0, Math.Max(0, measured)), out _, out _, out _);
            byte[] beginning = [.. "*3\r\n$7\r\nmessage\r\n"u8, .. bytes.AsSpan(0, length)];
            if (RespFrame.TryReadMessage(beginning, out var read, out _, out _))
            {
                Assert.Equal(RespFrame.Measure(beginning), read);
            }
        }
    }

    [Theory]
    [InlineData("*3\r\n$7\r\nmessage\r\n$3\r\na:b\r\n$5\r\nx\r\ny+\r\n", "a:b", "x\r\ny+")]
    [InlineData("*3\r\n$8\r\nsmessage\r\n$1\r\nc\r\n$0\r\n\r\n", "c", "")]
    public void A_message_is_read(string frame, string channel, string payload)
    {
        Assert.True(RespFrame.TryReadMessage(Encoding.ASCII.GetBytes(frame + "+OK\r\n"), out var length, out var readChannel, out var readPayload));
        Assert.Equal(frame.Length, length);
        Assert.Equal(channel, Encoding.ASCII.GetString(readChannel));
        Assert.Equal(payload, Encoding.ASCII.GetString(readPayload));
    }

    [Theory]
    [InlineData("*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n")]
    [InlineData("*4\r\n$8\r\npmessage\r\n$1\r\n*\r\n$1\r\na\r\n$1\r\nb\r\n")]
    [InlineData("*3\r\n$7\r\nmessage\r\n$1\r\na\r\n*1\r\n$1\r\nb\r\n")]
    [InlineData("*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$-1\r\n")]
    [InlineData("*2\r\n$4\r\npong\r\n$0\r\n\r\n")]
    [InlineData("+OK\r\n")]
    public void Whatever_else_comes_is_none(string frame)
    {
        var bytes = Encoding.ASCII.GetBytes(frame);
        Assert.Equal(bytes.Length, RespFrame.Measure(bytes));
        Assert.False(RespFrame.TryReadMessage(bytes, out _, out _, out _));
    }
}
