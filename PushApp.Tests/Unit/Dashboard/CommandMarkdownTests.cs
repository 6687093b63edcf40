using PushApp.Dashboard.Text;

namespace PushApp.Tests.Unit.Dashboard;

public sealed class CommandMarkdownTests
{
    [Fact]
    public void Link_to_the_web_opens_in_a_tab_of_its_own()
    {
        var html = CommandMarkdown.Render("[Its *journey*](http://localhost:5080/inspector/journey?channel=broadcast&id=1-00000001)").Value;
        Assert.Contains("<a href=\"http://localhost:5080/inspector/journey?channel=broadcast&amp;id=1-00000001\" target=\"_blank\" rel=\"noopener noreferrer\">Its <em>journey</em></a>", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[x](javascript:alert(1))")]
    [InlineData("[x](data:text/html,y)")]
    [InlineData("[x](/download/traces)")]
    [InlineData("[x][1]\n\n[1]: javascript:alert(1)")]
    public void Any_other_link_leads_nowhere(string text) => Assert.Contains("<a href=\"\"", CommandMarkdown.Render(text).Value, StringComparison.Ordinal);

    [Theory]
    [InlineData("<script>alert(1)</script>", "<script")]
    [InlineData("a <img src=x onerror=alert(1)> b", "<img")]
    [InlineData("<javascript:alert(1)>", "href=\"javascript")]
    public void Html_is_text(string text, string never) => Assert.DoesNotContain(never, CommandMarkdown.Render(text).Value, StringComparison.Ordinal);
}
