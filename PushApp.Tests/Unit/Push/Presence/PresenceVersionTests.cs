using PushApp.Push.Presence;

namespace PushApp.Tests.Unit.Push.Presence;

public sealed class PresenceVersionTests
{
    [Theory]
    [InlineData("1764000000000-17", true)]
    [InlineData("1764000000000", false)]
    [InlineData("-17", false)]
    [InlineData("17-", false)]
    [InlineData("1-2-3", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Text_is_a_version_or_none(string? text, bool isVersion) => Assert.Equal(isVersion, PresenceVersion.TryParse(text, '-', out _));

    [Fact]
    public void A_version_continues_an_older_one_of_the_same_data()
    {
        var version = new PresenceVersion(100, 7);
        Assert.True(version.Continues(new PresenceVersion(100, 7)));
        Assert.True(version.Continues(new PresenceVersion(100, 6)));
        Assert.False(version.Continues(new PresenceVersion(100, 8)));
        Assert.False(version.Continues(new PresenceVersion(99, 6)));
    }
}
