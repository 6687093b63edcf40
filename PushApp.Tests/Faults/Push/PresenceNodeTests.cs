using PushApp.Tests.Infrastructure;
using PushApp.Tests.Integration.Web;

namespace PushApp.Tests.Faults.Push;

/// <summary>Web nodes that die or hang while their users are watched from another.</summary>
public sealed class PresenceNodeTests
{
    [Fact]
    public async Task Users_of_a_node_that_is_killed_go_offline_once_within_its_lease()
    {
        await using var site = await StartAsync();
        var (ann, annHeaders) = await site.SignUpAsync();
        var (_, bobHeaders) = await site.SignUpAsync();
        var bob = await site.OpenAsync(1, "/status", bobHeaders);
        await bob.AskAsync("watch", ann);
        var client = await site.OpenAsync(0, "/status", annHeaders);
        Assert.Equal("online", await NextStateAsync(bob));

        await site.Nodes[0].Process.KillAsync();
        await client.DisconnectAsync();
        Assert.Equal("offline", await NextStateAsync(bob));

        // Comes back to the node that is left.
        await client.AimAsync(site.Nodes[1].Address);
        _ = await site.OpenAsync(1, "/status", annHeaders);
        Assert.Equal("online", await NextStateAsync(bob));
        Assert.Equal(3, bob.Of("presence").Count);
    }

    [Fact]
    public async Task Users_of_a_node_that_hangs_are_back_when_it_wakes_up()
    {
        await using var site = await StartAsync();
        var (ann, annHeaders) = await site.SignUpAsync();
        var (_, bobHeaders) = await site.SignUpAsync();
        var bob = await site.OpenAsync(1, "/status", bobHeaders);
        await bob.AskAsync("watch", ann);
        _ = await site.OpenAsync(0, "/status", annHeaders);
        Assert.Equal("online", await NextStateAsync(bob));

        site.Nodes[0].Process.Freeze();
        Assert.Equal("offline", await NextStateAsync(bob));
        site.Nodes[0].Process.Thaw();
        Assert.Equal("online", await NextStateAsync(bob));
    }

    private static async Task<PresenceSite> StartAsync()
    {
        var site = new PresenceSite { Lease = TimeSpan.FromSeconds(4) };
        try
        {
            await site.InitializeAsync();
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    private static async Task<string> NextStateAsync(SocketIOClient client) => (string)(await client.NextAsync("presence")).Arguments[0]!["state"]!;
}
