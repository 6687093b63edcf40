using PushApp.Push;
using PushApp.Push.Hosting;

namespace PushApp.Tests.Unit.Push;

public sealed class PushOptionsTests
{
    [Fact]
    public void The_defaults_are_valid() => Assert.True(new PushOptionsValidator().Validate(null, new PushOptions()).Succeeded);

    [Fact]
    public void Every_fault_is_reported_at_once_with_its_full_key()
    {
        var options = new PushOptions { KeyPrefix = "{x}", MaxEventBytes = 0, PublishTimeout = TimeSpan.Zero };
        options.Streams.MaxOutboxBytes = 1;
        options.Histories.Add(new ChannelHistoryOptions { Channels = "a::b", MaxEvents = 0 });
        var result = new PushOptionsValidator().Validate(null, options);
        Assert.True(result.Failed);
        Assert.Collection(
            result.Failures,
            fault => Assert.StartsWith("Push:KeyPrefix:", fault, StringComparison.Ordinal),
            fault => Assert.StartsWith("Push:PublishTimeout:", fault, StringComparison.Ordinal),
            fault => Assert.StartsWith("Push:MaxEventBytes:", fault, StringComparison.Ordinal),
            fault => Assert.StartsWith("Push:Histories:0:Channels:", fault, StringComparison.Ordinal),
            fault => Assert.StartsWith("Push:Histories:0:MaxEvents:", fault, StringComparison.Ordinal),
            fault => Assert.StartsWith("Push:Streams:MaxOutboxBytes:", fault, StringComparison.Ordinal));
    }
}
