using System.Text.Json;
using PushApp.Push;

namespace PushApp.Tests.Unit.Push;

public sealed class PositionTests
{
    [Theory]
    [InlineData(0, 0u, "0-00000000")]
    [InlineData(42, 0x9f3c01abu, "42-9f3c01ab")]
    [InlineData(long.MaxValue, uint.MaxValue, "9223372036854775807-ffffffff")]
    public void A_position_round_trips_as_text_and_as_json(long sequence, uint tag, string text)
    {
        var position = new Position(sequence, tag);
        Assert.Equal(text, position.ToString());
        Assert.Equal(text, $"{position}");
        Assert.True(Position.TryParse(text, out var parsed));
        Assert.Equal(position, parsed);
        Assert.Equal($"\"{text}\"", JsonSerializer.Serialize(position));
        Assert.Equal(position, JsonSerializer.Deserialize<Position>($"\"{text}\""));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("42")]
    [InlineData("-42-9f3c01ab")]
    [InlineData("42-9f3c01a")]
    [InlineData("42-9f3c01abc")]
    [InlineData("42-9f3c01ag")]
    [InlineData("99999999999999999999-00000000")]
    public void Anything_else_is_no_position(string? text)
    {
        Assert.False(Position.TryParse(text, out _));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Position>(JsonSerializer.Serialize(text)));
    }
}
