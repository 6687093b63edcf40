using System.Text;
using PushApp.SocketIO;

namespace PushApp.Tests.Unit.SocketIO;

public sealed class ArgumentsTextTests
{
    [Theory]
    [InlineData("[{\"_placeholder\":true,\"num\":9}]\nAAAA")]
    [InlineData("[{\"_placeholder\":true,\"num\":-1}]\nAAAA")]
    [InlineData("[{\"_placeholder\":true,\"num\":0}]")]
    [InlineData("[{\"\\u005fplaceholder\":true,\"num\":0}]")]
    [InlineData("{\"deep\":[{\"num\":1,\"_placeholder\":true}]}")]
    public void A_placeholder_without_its_attachment_is_text(string data)
    {
        // Clients would close their connections, come back and be handed it again.
        var arguments = ArgumentsText.Parse(Encoding.UTF8.GetBytes(data));
        Assert.Empty(arguments.Attachments);
        Assert.Equal(data, arguments.Get<string>(0));
    }

    [Fact]
    public void A_placeholder_with_its_attachment_is_bytes()
    {
        var arguments = ArgumentsText.Parse("[\"x\",{\"_placeholder\":true,\"num\":0}]\nAAEC"u8.ToArray());
        Assert.Equal(2, arguments.Count);
        Assert.Equal([0, 1, 2], arguments.AttachmentArray[0].ToArray());
    }

    [Theory]
    [InlineData("{\"\\udc00\":1,\"num\":0}")]
    [InlineData("[{\"a\\ud800\":{\"_placeholder\":false}}]")]
    public void Half_a_surrogate_pair_in_a_name_is_JSON_like_any_other(string data)
    {
        // Seed 42, case 4273 of the fuzzer: it was thrown out of the loop that hands events to sockets.
        var arguments = ArgumentsText.Parse(Encoding.UTF8.GetBytes(data));
        Assert.Equal(data.Trim('[', ']'), Encoding.UTF8.GetString(Assert.Single(arguments.Items).Span));
    }

    [Fact]
    public void Line_separators_within_strings_stay()
    {
        var text = ArgumentsText.Format(new SocketArguments(["\"a\u2028b\u0085c\""u8.ToArray()], []));
        Assert.Equal("a\u2028b\u0085c", ArgumentsText.Parse(Encoding.UTF8.GetBytes(text.Text)).Get<string>(0));
    }
}
