using System.Text;
using PushApp.Push;
using PushApp.Push.Hub;

namespace PushApp.Tests.Unit.Push;

public sealed class CursorTests
{
    [Fact]
    public void A_cursor_round_trips_for_as_many_channels_as_a_stream_may_have()
    {
        var channels = Enumerable.Range(0, Cursor.MaxParts).Select(i => (Name: ChannelName.Room($"{i}"), Position: new Position((1L << 53) - i, (uint)i * 7919))).ToArray();
        var text = string.Join('~', channels.Select(channel => Encoding.ASCII.GetString(Cursor.FormatPart(Cursor.KeyOf(channel.Name), channel.Position))));
        Assert.True(text.Length <= Cursor.MaxLength);
        Assert.True(Cursor.TryParse(text, out var cursor));
        Assert.All(channels, channel => Assert.Equal(channel.Position, cursor.Find(Cursor.KeyOf(channel.Name))));
        Assert.Null(cursor.Find(Cursor.KeyOf(ChannelName.Broadcast)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("~")]
    [InlineData("00000000.1.0000000")]
    [InlineData("00000000.-1.00000000")]
    [InlineData("00000000.+1.00000000")]
    [InlineData("00000000. 1.00000000")]
    [InlineData("00000000..00000000")]
    [InlineData("00000000.1.0000000g")]
    [InlineData("00000000.99999999999999999999.00000000")]
    [InlineData("00000000.9223372036854775807.00000000")]
    [InlineData("00000000.1.00000000~")]
    [InlineData("00000000.1.00000000~00000000.2.00000000")]
    [InlineData("00000000.1.00000000\n")]
    public void What_is_no_cursor_is_unknown(string text) => Assert.False(Cursor.TryParse(text, out _));

    [Fact]
    public void Any_text_ends_in_a_cursor_or_in_none()
    {
        var random = new Random(20121);
        const string alphabet = "0123456789abcdef.~-+ \0\u00e9";
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Create(random.Next(0, 60), random, (span, source) =>
            {
                foreach (ref var character in span)
                {
                    character = alphabet[source.Next(alphabet.Length)];
                }
            });
            Assert.True(!Cursor.TryParse(text, out var cursor) || cursor.Find(0) is null or { Sequence: >= 0 });
        }
    }
}
