using Microsoft.Extensions.DependencyInjection;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.SocketIO;

/// <summary>A client that sends faster than its events are handled.</summary>
public sealed class BackPressureTests
{
    [Fact]
    public async Task A_handler_gets_the_answer_of_its_own_client_from_behind_more_events_than_may_wait()
    {
        await using var node = await SocketIONode.StartAsync(
            io => io.MapNamespace<TestNamespace>(),
            options: options => (options.MaxWaitingEvents, options.AckTimeout) = (1, TimeSpan.FromSeconds(20)),
            services: services => services.AddSingleton<Journal>());
        using var client = await RawClient.OpenAsync(node, "");
        await client.ReceiveAsync("42[\"welcome\"");

        await client.SendAsync("""42100["askMe","what?"]""");
        for (var i = 1; i <= 20; i++)
        {
            await client.SendAsync($"42{i}[\"add\",{i},0]");
        }

        var question = await client.ReceiveAsync("42");
        var ackId = question[2..question.IndexOf('[', StringComparison.Ordinal)];
        await client.SendAsync($"43{ackId}[\"answer\"]");

        Assert.Equal("43100[\"answer\"]", await client.ReceiveAsync("43"));
        for (var i = 1; i <= 20; i++)
        {
            Assert.Equal($"43{i}[{i}]", await client.ReceiveAsync("43"));
        }
    }
}
