using PushApp.Push;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Push.Presence;

public sealed class ChannelPresenceTests(BrokerFixture brokers) : IClassFixture<BrokerFixture>
{
    [Fact]
    public async Task Who_has_a_channel_open_is_there()
    {
        await using var nodes = await PresenceNodes.StartAsync(await brokers.GetAsync(BrokerKind.Garnet), 0);
        var node = await nodes.AddAsync(TimeSpan.FromMilliseconds(200), options => options.Presence.Channels = ["room:*"], push => push.AddAuthorizer((_, channel, access) =>
            channel.Prefix is "room" && access is ChannelAccess.Subscribe));
        var ann = await node.Node.OpenAsync($"/sse?channel={nodes.Channel}", user: "ann");
        await using var other = await node.Node.OpenAsync($"/sse?channel={nodes.Channel}", user: "ann");
        await using var visitor = await node.Node.OpenAsync($"/sse?channel={nodes.Channel}");
        await using var elsewhere = await node.Node.OpenAsync("/sse", user: "bob");
        await nodes.UntilToldAsync("join ann online");
        await nodes.UntilThereAsync(node, "ann Online");

        await ann.DisposeAsync();
        await using var bob = await node.Node.OpenAsync($"/sse?channel={nodes.Channel}", user: "bob");
        await nodes.UntilThereAsync(node, "ann Online", "bob Online");
        var heard = await visitor.NextAsync();
        while (heard.Name != "push.presence.join" || !heard.Data.Contains("\"bob\"", StringComparison.Ordinal))
        {
            heard = await visitor.NextAsync();
        }

        Assert.Equal(nodes.Channel.Value, heard.Channel);
        await other.DisposeAsync();
        await nodes.UntilToldAsync("leave ann offline");
        Assert.Equal(["join ann online", "join bob online", "leave ann offline"], nodes.Events.Select(item => item.Text));
    }
}
