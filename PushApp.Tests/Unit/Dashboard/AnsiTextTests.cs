using PushApp.Dashboard.Console;

namespace PushApp.Tests.Unit.Dashboard;

public sealed class AnsiTextTests
{
    [Theory]
    [InlineData("plain", "plain|")]
    [InlineData("\u001b[32minfo\u001b[0m: up", "info|ansi-32;: up|")]
    [InlineData("\u001b[1;31;47mx\u001b[22my\u001b[39;49mz", "x|ansi-31 ansi-47 ansi-bold;y|ansi-31 ansi-47;z|")]
    [InlineData("\u001b[38;5;9mred\u001b[38;2;1;2;3mstays\u001b[mnone", "red|ansi-91;stays|ansi-91;none|")]
    [InlineData("a\u001b[2Kb\u001b]0;title\u0007c", "a|;b|;c|")]
    [InlineData("cut\u001b[3", "cut|")]
    [InlineData("cut\u001b", "cut|")]
    [InlineData("<b>\u001b[35m<i>", "<b>|;<i>|ansi-35")]
    public void Colours_become_classes_and_other_sequences_vanish(string line, string expected) =>
        Assert.Equal(expected, string.Join(';', AnsiText.Parse(line).Select(p => $"{p.Text}|{p.Class}")));
}
