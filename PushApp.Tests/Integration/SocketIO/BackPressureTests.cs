using System.Text;
using Microsoft.Extensions.DependencyInjection;
using PushApp.SocketIO;
using PushApp.SocketIO.Protocol;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.SocketIO;

/// <summary>A client that sends faster than its events are handled.</summary>
public sealed class BackPressureTests
{
    // The least that can be set.
    private const int MostBytes = 4096;

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

    [Fact]
    public async Task A_handler_gets_the_answer_of_its_own_client_from_behind_one_event_of_any_size()
    {
        await using var node = await SocketIONode.StartAsync(
            io => io.MapNamespace<TestNamespace>(),
            options: options => (options.Engine.MaxBufferedBytes, options.AckTimeout) = (MostBytes, TimeSpan.FromSeconds(20)),
            services: services => services.AddSingleton<Journal>());
        using var client = await RawClient.OpenAsync(node, "");
        await client.ReceiveAsync("42[\"welcome\"");

        await client.SendAsync("""42100["askMe","what?"]""");
        await client.SendAsync($"421[\"nobody's\",\"{new string('x', 2 * MostBytes)}\"]");
        var question = await client.ReceiveAsync("42");
        await client.SendAsync($"43{question[2..question.IndexOf('[', StringComparison.Ordinal)]}[\"answer\"]");

        Assert.Equal("43100[\"answer\"]", await client.ReceiveAsync("43"));
        Assert.Contains("no_such_event", await client.ReceiveAsync("431"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("payload")]
    [InlineData("arguments")]
    [InlineData("attachments")]
    public async Task What_waits_is_bounded_by_its_bytes_too(string what)
    {
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var node = await SocketIONode.StartAsync(
            io => io.MapNamespace<TestNamespace>().UseEvents(async (_, next) =>
            {
                await go.Task;
                await next();
            }),
            options: options => options.Engine.MaxBufferedBytes = MostBytes,
            services: services => services.AddSingleton<Journal>());
        using var client = await RawClient.OpenAsync(node, "");
        var (id, _) = await client.ConnectedAsync();
        var inbox = ((SocketServer)node.Server).FindHost("/")!.Index.Find(id)!.Inbox;

        // The first is at work; half of what may wait; all of it.
        Assert.True(inbox.AddAsync(Event(1)).AsTask().IsCompletedSuccessfully);
        Assert.True(inbox.AddAsync(Event(MostBytes / 2)).AsTask().IsCompletedSuccessfully);
        var last = inbox.AddAsync(Event(MostBytes / 2)).AsTask();
        Assert.False(last.IsCompleted);
        go.SetResult();
        await last.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Packet Event(int size)
        {
            var reader = new PacketReader(new PacketLimits());
            var text = what switch
            {
                "payload" => $"2[\"echo\",\"{new string('x', size)}\"]",

                // Each takes far more than its two bytes.
                "arguments" => $"2[\"echo\"{string.Concat(Enumerable.Repeat(",1", size / 16))}]",
                _ => """51-["echo",{"_placeholder":true,"num":0}]""",
            };
            Assert.True(reader.TryReadText(Encoding.UTF8.GetBytes(text), out var packet, out var error), error);
            Assert.True(packet is not null || reader.TryReadBinary(new byte[size], out packet, out error), error);
            return packet!;
        }
    }
}
