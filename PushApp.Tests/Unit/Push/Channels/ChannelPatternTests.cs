using PushApp.Push;

namespace PushApp.Tests.Unit.Push.Channels;

public sealed class ChannelPatternTests
{
    [Theory]
    [InlineData("*", "user:alice", true)]
    [InlineData("user:*", "user:alice", true)]
    [InlineData("user:*", "users", false)]
    [InlineData("user:a*", "user:alice", true)]
    [InlineData("user:a*", "user:bob", false)]
    [InlineData("user:Jürgen", "user:j%C3%BCrgen", true)]
    [InlineData("broadcast", "broadcast", true)]
    [InlineData("broadcast", "broadcast2", false)]
    [InlineData("", "broadcast", false)]
    [InlineData("user:", "user:alice", false)]
    public void A_pattern_names_a_channel_or_all_that_begin_so(string pattern, string channel, bool matches) =>
        Assert.Equal(matches, ChannelPattern.Matches(pattern, channel));

    [Theory]
    [InlineData("*")]
    [InlineData("user:*")]
    [InlineData("us*")]
    [InlineData("dm:*")]
    [InlineData("dm:zoe*")]
    [InlineData("dm:zoe:*")]
    [InlineData("room:a%20*")]
    [InlineData("user:Jürgen")]
    public void What_can_name_a_channel_is_valid(string pattern) => Assert.True(ChannelPattern.IsValid(pattern, out var error), error);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("user:")]
    [InlineData("user:A*")]
    [InlineData("room:a b*")]
    [InlineData("room:%2*")]
    [InlineData("a::*")]
    [InlineData("room:a*b*")]
    public void What_can_name_none_is_refused_with_a_reason(string? pattern)
    {
        Assert.False(ChannelPattern.IsValid(pattern, out var error));
        Assert.NotEmpty(error);
    }
}
