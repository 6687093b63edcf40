using PushApp.Push;

namespace PushApp.Tests.Unit.Push;

public sealed class ChannelNameTests
{
    [Theory]
    [InlineData("broadcast", "broadcast")]
    [InlineData("user:Alice", "user:alice")]
    [InlineData("user:jürgen", "user:j%C3%BCrgen")]
    [InlineData("user:j%c3%bcrgen", "user:j%C3%BCrgen")]
    [InlineData("room:a b", "room:a%20b")]
    [InlineData("room:{x}", "room:%7Bx%7D")]
    [InlineData("room:100%", "room:100%25")]
    [InlineData("dm:bob:Alice", "dm:alice:bob")]
    [InlineData("user:a%3Ab", "user:a%3Ab")]
    [InlineData("room:😀", "room:%F0%9F%98%80")]
    public void Raw_and_encoded_form_are_one_channel(string text, string canonical)
    {
        Assert.True(ChannelName.TryParse(text, out var name));
        Assert.Equal(canonical, name.Value);
        Assert.Equal(name, ChannelName.Parse(canonical));
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("user:")]
    [InlineData("user")]
    [InlineData("user:a:b")]
    [InlineData("dm:a")]
    [InlineData("a::b")]
    [InlineData("room:%FF")]
    public void What_is_no_name_is_refused_with_a_reason(string? text)
    {
        Assert.False(ChannelName.TryParse(text, out _, out var error));
        Assert.NotEmpty(error);
    }

    [Fact]
    public void Half_a_surrogate_pair_is_no_name()
    {
        // Not theory data: attributes are stored as UTF-8 and would lose it.
        Assert.False(ChannelName.TryParse("room:\ud800", out _, out var error));
        Assert.Contains("surrogate", error);
    }

    [Fact]
    public void A_name_longer_than_the_bound_is_refused()
    {
        Assert.True(ChannelName.TryParse("r:" + new string('a', ChannelName.MaxLength - 2), out _));
        Assert.False(ChannelName.TryParse("r:" + new string('a', ChannelName.MaxLength - 1), out _));
        Assert.False(ChannelName.TryParse("r:" + new string('ü', ChannelName.MaxLength / 2), out _));
    }

    [Fact]
    public void A_colon_in_a_user_name_opens_no_other_channel()
    {
        Assert.Equal("user:a%3Ab", ChannelName.User("a:b").Value);
        Assert.Equal(["user", "a:b"], ChannelName.User("a:b").GetSegments());
    }
}
