using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Identity;
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
    public void Users_share_a_channel_exactly_where_Identity_holds_their_names_for_one()
    {
        var identity = new UpperInvariantLookupNormalizer();
        Dictionary<string, ChannelName> channels = [];
        Dictionary<ChannelName, string> accounts = [];
        for (var scalar = 0; scalar <= 0x10ffff; scalar++)
        {
            if (Rune.TryCreate(scalar, out var letter) && Rune.GetUnicodeCategory(letter) is not (UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse))
            {
                var name = $"x{letter}";
                var account = identity.NormalizeName(name);
                var channel = ChannelName.User(name);
                channels.TryAdd(account, channel);
                accounts.TryAdd(channel, account);
                Assert.True(channels[account] == channel && accounts[channel] == account, $"U+{scalar:X4}: {channel} and {channels[account]} are {account} and {accounts[channel]}.");
                Assert.Equal(channel, ChannelName.Parse(channel.Value));
            }
        }

        Assert.NotEqual(ChannelName.User("straße"), ChannelName.User("straẞe"));
        Assert.Equal(ChannelName.User("ΝΙΚΟΣ"), ChannelName.User("νικος"));
        Assert.Equal(ChannelName.User("νικοσ"), ChannelName.User("νικος"));
    }

    [Fact]
    public void A_colon_in_a_user_name_opens_no_other_channel()
    {
        Assert.Equal("user:a%3Ab", ChannelName.User("a:b").Value);
        Assert.Equal(["user", "a:b"], ChannelName.User("a:b").GetSegments());
    }
}
