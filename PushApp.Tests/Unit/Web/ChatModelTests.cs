using PushApp.Push;
using PushApp.SocketIO;
using PushApp.Web.Chat;

namespace PushApp.Tests.Unit.Web;

public sealed class ChatModelTests
{
    [Theory]
    [InlineData(" tea ", "room:tea")]
    [InlineData("a:b", "room:a%3Ab")]
    [InlineData("caf\u00e9", "room:caf%C3%A9")]
    public void Room_has_one_channel_however_it_is_written(string name, string channel)
    {
        Assert.Equal(channel, ChatChannels.Room(name).Value);
        Assert.True(ChatChannels.TryParse(channel, out _));
        Assert.Equal(name.Trim(), ChatChannels.RoomOf(ChatChannels.Room(name)));
    }

    [Fact]
    public void Room_that_is_none_is_refused_with_the_reason()
    {
        Assert.Contains("surrogate", Assert.Throws<SocketException>(() => ChatChannels.Room("x\ud800")).Message, StringComparison.Ordinal);
        Assert.Contains("200 characters", Assert.Throws<SocketException>(() => ChatChannels.Room(new string('\u00e9', 100))).Message, StringComparison.Ordinal);
        Assert.Contains("reserved", Assert.Throws<SocketException>(() => ChatChannels.Room("dm:a:b")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("chat:ann@example.com")]
    [InlineData("user:ann@example.com")]
    [InlineData("dm:b:a")]
    [InlineData("room:")]
    [InlineData("lobby")]
    [InlineData(null)]
    public void Other_names_are_no_conversations(string? id) => Assert.False(ChatChannels.TryParse(id, out _));

    [Fact]
    public void Each_of_two_users_has_the_other_as_peer()
    {
        var direct = ChannelName.Direct("Ann@Example.com", "bob%@example.com");

        Assert.Equal("bob%@example.com", ChatChannels.PeerOf(direct, "ann@example.com"));
        Assert.Equal("ann@example.com", ChatChannels.PeerOf(direct, "Bob%@example.com"));
    }

    [Fact]
    public void Text_is_trimmed_and_has_neither_control_characters_nor_other_line_ends()
    {
        Assert.Equal("a\n\tb\nc", ChatText.Clean(" \r\na\r\n\tb\u0000\u007f\rc \n", 10));
        Assert.Throws<SocketException>(() => ChatText.Clean("\u0007", 10));
        Assert.Throws<SocketException>(() => ChatText.Clean(new string('x', 11), 10));
        Assert.Throws<SocketException>(() => ChatText.Clean(null, 10));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("not JSON")]
    [InlineData("""{"id":"1","author":"ann","text":7}""")]
    public void What_an_API_key_publishes_by_the_name_of_a_message_is_left_out(string data) =>
        Assert.Null(ChatMessage.Read(new HistoryEvent(new Position(1, 2), "chat.message", data, DateTimeOffset.UnixEpoch)));

    [Fact]
    public void Every_setting_out_of_its_bounds_is_named()
    {
        var result = new ChatOptionsValidator().Validate(null, new ChatOptions { MaxTextLength = 0, MaxConversations = 151, TypingInterval = TimeSpan.FromHours(1) });

        Assert.Equal(3, result.Failures!.Count());
        Assert.All(result.Failures!, failure => Assert.StartsWith("Chat:", failure, StringComparison.Ordinal));
        Assert.True(new ChatOptionsValidator().Validate(null, new ChatOptions()).Succeeded);
    }
}
