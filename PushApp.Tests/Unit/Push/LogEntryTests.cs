using System.Text;
using PushApp.Push;
using PushApp.Push.Redis;

namespace PushApp.Tests.Unit.Push;

public sealed class LogEntryTests
{
    [Fact]
    public void A_logged_entry_is_read_field_by_field_and_further_fields_are_skipped()
    {
        Assert.True(LogEntry.TryParse(Bytes("L 42 9f3c01ab 00000001 1700000000123 1700000009999 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01 new fields\nname\ndata\nwith lines"), out var entry));
        Assert.True(entry.IsLogged);
        Assert.Equal(new Position(42, 0x9f3c01ab), entry.Position);
        Assert.Equal(1u, entry.PreviousTag);
        Assert.Equal(1700000000123, entry.TimeMs);
        Assert.Equal(1700000009999, entry.ExpiresMs);
        Assert.StartsWith("00-0af7", entry.TraceParent, StringComparison.Ordinal);
        Assert.Equal("name", entry.Event);
        Assert.Equal("data\nwith lines", Encoding.UTF8.GetString(entry.Data.Span));
        Assert.False(entry.IsRoot);
    }

    [Fact]
    public void An_ephemeral_entry_round_trips()
    {
        Assert.True(LogEntry.TryParse(LogEntry.FormatEphemeral(5, null, "näme", "däta\n\n"), out var entry));
        Assert.False(entry.IsLogged);
        Assert.Null(entry.TraceParent);
        Assert.Equal(("näme", "däta\n\n"), (entry.Event, Encoding.UTF8.GetString(entry.Data.Span)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("L")]
    [InlineData("\n\n")]
    [InlineData("L 1 00000000 00000000 0 0 -")]
    [InlineData("L 1 00000000 00000000 0 0 -\nname")]
    [InlineData("L x 00000000 00000000 0 0 -\nname\ndata")]
    [InlineData("L -1 00000000 00000000 0 0 -\nname\ndata")]
    [InlineData("L 1 xyz 00000000 0 0 -\nname\ndata")]
    [InlineData("L 1 00000000\nname\ndata")]
    [InlineData("X 1 00000000 00000000 0 0 -\nname\ndata")]
    [InlineData("[\"myevent\", \"text\"]")]
    public void A_foreign_message_is_no_entry(string text) => Assert.False(LogEntry.TryParse(Bytes(text), out _));

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
