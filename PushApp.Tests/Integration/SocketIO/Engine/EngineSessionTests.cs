using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using PushApp.SocketIO;
using PushApp.SocketIO.Engine;
using PushApp.SocketIO.Engine.Packets;
using PushApp.SocketIO.Engine.Polling;
using PushApp.SocketIO.Engine.Sessions;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.SocketIO.Engine;

/// <summary>A session's life beside the protocol's own cases: order, bounds, and every way it ends.</summary>
public sealed class EngineSessionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_waits_goes_out_in_order_and_several_at_once_stay_together(bool overWebSocket)
    {
        await using var node = await EngineNode.StartAsync();
        var sid = await node.Client.OpenAsync();
        using var socket = overWebSocket ? await node.Client.ConnectAsync(sid) : null;
        if (socket is not null)
        {
            await EngineProtocolTests.UpgradeAsync(socket);
        }

        var session = node.Sessions.Single().Session;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(sender => Task.Run(
            () =>
            {
                for (var i = 0; i < 50; i++)
                {
                    Assert.True(session.Send([EngineEcho.Text($"{sender}:{i}:a"), EngineEcho.Text($"{sender}:{i}:b")]));
                }
            },
            Token)));

        var received = new List<string>();
        while (received.Count < 400)
        {
            received.AddRange(socket is null ? (await node.Client.PollTextAsync(sid)).Split('\u001e') : [await socket.ReceiveTextAsync()]);
        }

        for (var i = 0; i < received.Count; i += 2)
        {
            Assert.Equal(received[i][..^1] + "b", received[i + 1]);
        }

        for (var sender = 0; sender < 4; sender++)
        {
            Assert.Equal(Enumerable.Range(0, 50).Select(i => $"4{sender}:{i}:a"), received.Where(text => text.StartsWith($"4{sender}:", StringComparison.Ordinal) && text.EndsWith('a')));
        }
    }

    [Fact]
    public async Task What_is_sent_while_it_opens_follows_the_handshake_at_once()
    {
        await using var node = await EngineNode.StartAsync(listener: () => new Greeter());

        using var response = await node.Client.SendAsync(HttpMethod.Get, "transport=polling");
        using var socket = await node.Client.ConnectAsync();

        Assert.EndsWith("\u001e4welcome", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.StartsWith("0", await socket.ReceiveTextAsync(), StringComparison.Ordinal);
        Assert.Equal("4welcome", await socket.ReceiveTextAsync());
    }

    [Fact]
    public async Task What_waited_while_the_client_upgraded_comes_over_the_WebSocket()
    {
        await using var node = await EngineNode.StartAsync();
        var sid = await node.Client.OpenAsync();
        using var socket = await node.Client.ConnectAsync(sid);
        await socket.SendAsync("2probe");
        await socket.ReceiveTextAsync();
        Assert.Equal("6", await node.Client.PollTextAsync(sid));
        node.Sessions.Single().Session.Send([EngineEcho.Text("meanwhile")]);

        await socket.SendAsync("5");

        Assert.Equal("4meanwhile", await socket.ReceiveTextAsync());
    }

    [Fact]
    public async Task What_was_sent_last_comes_over_the_WebSocket_of_a_client_that_is_sent_away_while_it_upgrades()
    {
        await using var node = await EngineNode.StartAsync();
        var sid = await node.Client.OpenAsync();
        using var socket = await node.Client.ConnectAsync(sid);
        await socket.SendAsync("2probe");
        await socket.ReceiveTextAsync();
        Assert.Equal("6", await node.Client.PollTextAsync(sid));
        var session = node.Sessions.Single().Session;
        session.Send([EngineEcho.Text("goodbye")]);
        session.Close(EngineCloseReasons.ForcedClose);

        await socket.SendAsync("5");

        Assert.Equal("4goodbye", await socket.ReceiveTextAsync());
        await socket.ClosedAsync();
        Assert.Equal(HttpStatusCode.BadRequest, await node.Client.PollStatusAsync(sid));
    }

    [Fact]
    public async Task What_was_sent_last_comes_with_the_next_poll_of_a_client_that_is_sent_away_while_it_upgrades()
    {
        await using var node = await EngineNode.StartAsync();
        var sid = await node.Client.OpenAsync();
        using var socket = await node.Client.ConnectAsync(sid);
        await socket.SendAsync("2probe");
        await socket.ReceiveTextAsync();
        var session = node.Sessions.Single().Session;
        session.Send([EngineEcho.Text("goodbye")]);
        session.Close(EngineCloseReasons.ForcedClose);

        // The end comes with the one after it: the official client acts on a close packet before the messages beside it.
        Assert.Equal("4goodbye", await node.Client.PollTextAsync(sid));
        Assert.Equal("1", await node.Client.PollTextAsync(sid));
        Assert.Equal(HttpStatusCode.BadRequest, await node.Client.PollStatusAsync(sid));
    }

    [Fact]
    public async Task An_upgrade_that_fails_leaves_the_session_polling()
    {
        await using var node = await EngineNode.StartAsync();
        var sid = await node.Client.OpenAsync();
        using (var socket = await node.Client.ConnectAsync(sid))
        {
            await socket.SendAsync("4hello");
            await socket.ClosedAsync();
        }

        await node.Client.PostOkAsync(sid, "4hello");
        Assert.Equal("4hello", await node.Client.PollTextAsync(sid));

        using var again = await node.Client.ConnectAsync(sid);
        await EngineProtocolTests.UpgradeAsync(again);
        await again.SendAsync("4once more");
        Assert.Equal("4once more", await again.ReceiveTextAsync());
    }

    [Fact]
    public async Task An_upgrade_that_is_not_finished_in_time_is_dropped()
    {
        await using var node = await EngineNode.StartAsync(options => options.Engine.UpgradeTimeout = TimeSpan.FromMilliseconds(200));
        var sid = await node.Client.OpenAsync();
        using var socket = await node.Client.ConnectAsync(sid);

        await socket.ClosedAsync();

        await node.Client.PostOkAsync(sid, "4hello");
        Assert.Equal("4hello", await node.Client.PollTextAsync(sid));
    }

    [Fact]
    public async Task Closing_delivers_what_waits_first()
    {
        await using var node = await EngineNode.StartAsync();
        var waiting = await node.Client.OpenAsync();
        using var socket = await node.Client.ConnectAsync();
        await socket.ReceiveTextAsync();
        foreach (var echo in node.Sessions)
        {
            echo.Session.Send([EngineEcho.Text("last words")]);
            echo.Session.Close("forced close");
            Assert.False(echo.Session.Send([EngineEcho.Text("too late")]));
            Assert.Equal("forced close", await echo.Ended);
            Assert.True(echo.Session.Closed.IsCancellationRequested);
        }

        Assert.Equal("4last words", await node.Client.PollTextAsync(waiting));
        Assert.Equal("1", await node.Client.PollTextAsync(waiting));
        Assert.Equal(HttpStatusCode.BadRequest, await node.Client.PollStatusAsync(waiting));
        Assert.Equal("4last words", await socket.ReceiveTextAsync());
        await socket.ClosedAsync();
        await Until.TrueAsync(() => node.Server.Count == 0, "no session is kept");
    }

    [Fact]
    public async Task A_client_that_goes_without_a_word_ends_its_session()
    {
        await using var node = await EngineNode.StartAsync();
        using (var socket = await node.Client.ConnectAsync())
        {
            await socket.ReceiveTextAsync();
            socket.Socket.Abort();
        }

        Assert.Equal("transport close", await node.Sessions.Single().Ended);
        Assert.Equal(1, node.Sessions.Single().Ends);
    }

    [Fact]
    public async Task A_client_that_polls_no_more_is_dropped()
    {
        var time = new FakeTimeProvider();
        await using var node = await EngineNode.StartAsync(time: time);
        await node.Client.OpenAsync();

        time.Advance(new EngineOptions().PingInterval);
        Assert.Equal(1, node.Server.Count);
        time.Advance(new EngineOptions().PingTimeout);

        Assert.Equal("ping timeout", await node.Sessions.Single().Ended);
        Assert.Equal(0, node.Server.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_that_does_not_take_what_it_is_sent_is_dropped_as_slow(bool overWebSocket)
    {
        await using var node = await EngineNode.StartAsync(options => options.Engine.MaxBufferedBytes = 100_000);
        using var socket = overWebSocket ? await node.Client.ConnectAsync() : null;
        if (socket is null)
        {
            await node.Client.OpenAsync();
        }

        var echo = node.Sessions.Single();
        await echo.Opened;
        var message = new EngineMessage(new byte[10_000], isBinary: true);
        for (var i = 0; i < 100_000 && echo.Session.Send([message]); i++)
        {
            Assert.InRange(echo.Session.BufferedBytes, 0, 110_000);
        }

        Assert.Equal("slow consumer", await echo.Ended);
        Assert.Equal(0, echo.Session.BufferedBytes);
    }

    [Fact]
    public async Task A_POST_that_was_let_in_as_the_upgrade_completed_is_refused_and_the_session_goes_on()
    {
        await using var node = await EngineNode.StartAsync();
        var sid = await node.Client.OpenAsync();
        using var socket = await node.Client.ConnectAsync(sid);
        await EngineProtocolTests.UpgradeAsync(socket);
        await socket.SendAsync("4one");
        Assert.Equal("4one", await socket.ReceiveTextAsync());
        var session = (EngineSession)node.Sessions.Single().Session;
        var context = new DefaultHttpContext();
        context.Request.Method = "POST";
        context.Request.Body = new MemoryStream("4between"u8.ToArray());

        // As it is where its transport was looked at before.
        await PollingEndpoint.PostAsync(context, node.Server, session);

        Assert.Equal(400, context.Response.StatusCode);
        await socket.SendAsync("4two");
        Assert.Equal("4two", await socket.ReceiveTextAsync());
        Assert.Equal(["one", "two"], node.Sessions.Single().Texts);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_that_closes_its_connection_has_taken_the_answer_to_its_poll_or_not(bool before)
    {
        await using var node = await EngineNode.StartAsync();
        await node.Client.OpenAsync();
        var session = (EngineSession)node.Sessions.Single().Session;
        using var gone = new CancellationTokenSource();
        using var body = new ClosingStream(gone);
        var context = new DefaultHttpContext { RequestAborted = gone.Token };
        context.Response.Body = body;
        if (before)
        {
            await gone.CancelAsync();
        }

        await PollResponse.WriteAsync(context, node.Server.Options, session, [EnginePacket.Noop]);

        // Before: what was in the answer is lost, and with it the session. After: the client has it, whatever becomes of the connection.
        Assert.Equal(before ? "transport error" : null, session.CloseReason);
        Assert.Equal(before ? "" : "6", System.Text.Encoding.UTF8.GetString(body.ToArray()));
    }

    /// <summary>A client that takes everything and closes its connection then, before the server looks again.</summary>
    private sealed class ClosingStream(CancellationTokenSource gone) : MemoryStream
    {
        public override async Task FlushAsync(CancellationToken cancellationToken) => await gone.CancelAsync();
    }

    [Fact]
    public async Task A_client_whose_message_is_at_work_is_not_taken_for_gone()
    {
        var echo = new HoldingEcho();
        var time = new FakeTimeProvider();
        await using var node = await EngineNode.StartAsync(time: time, listener: () => echo);
        using var socket = await node.Client.ConnectAsync();
        await socket.ReceiveTextAsync();
        await socket.SendAsync("4hold");
        await echo.Entered;

        // Its answers wait behind the message, unread; it hears from the server all the same.
        var engine = new EngineOptions();
        time.Advance(engine.PingInterval);
        for (var pings = 0; pings < 3; pings++)
        {
            time.Advance(engine.PingTimeout);
            Assert.Equal("2", await socket.ReceiveTextAsync());
            await socket.SendAsync("3");
        }

        echo.Hold.SetResult();
        string text;
        while ((text = await socket.ReceiveTextAsync()) == "2")
        {
            await socket.SendAsync("3");
        }

        Assert.Equal("4hold", text);
        Assert.Null(((EngineSession)echo.Session).CloseReason);
    }

    private sealed class HoldingEcho : EngineEcho
    {
        private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Hold { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Entered => _entered.Task.WaitAsync(TimeSpan.FromSeconds(30), Token);

        public override async ValueTask OnMessageAsync(EngineMessage message)
        {
            _entered.TrySetResult();
            await Hold.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            await base.OnMessageAsync(message);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_that_sends_too_many_packets_is_dropped(bool overWebSocket)
    {
        // Its clock stands still, so that nothing is filled up however long this takes.
        await using var node = await EngineNode.StartAsync(
            options =>
            {
                options.Engine.MaxPacketsPerSecond = 1;
                options.Engine.MaxPacketBurst = 10;
            },
            builder => builder.Services.AddSingleton<TimeProvider>(new FakeTimeProvider()));
        if (overWebSocket)
        {
            using var socket = await node.Client.ConnectAsync();
            for (var i = 0; i < 20; i++)
            {
                await socket.SendAsync("4x");
            }

            await socket.ClosedAsync();
        }
        else
        {
            var sid = await node.Client.OpenAsync();
            using var response = await node.Client.PostAsync(sid, string.Join('\u001e', Enumerable.Repeat("4x", 20)));
            Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        }

        Assert.Equal("too many packets", await node.Sessions.Single().Ended);

        // By polling it was more than could ever come at once: nothing of it was so much as read.
        Assert.Equal(overWebSocket ? 10 : 0, node.Sessions.Single().Received.Count);
    }

    [Fact]
    public async Task Stopping_the_server_ends_every_session_at_once_with_its_reason()
    {
        // Nothing is cut off by the host.
        await using var node = await EngineNode.StartAsync(build: builder => builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMinutes(10)));
        var polling = await node.Client.OpenAsync();
        var poll = node.Client.PollTextAsync(polling);
        await Until.TrueAsync(() => node.Sessions.Single().Session.IsWritable, "a poll waits");
        using var socket = await node.Client.ConnectAsync();
        await socket.ReceiveTextAsync();

        var stop = node.StopAsync();

        Assert.Equal("1", await poll);
        await socket.ClosedAsync();
        await stop.WaitAsync(TimeSpan.FromMinutes(1), Token);
        Assert.Equal(["server shutting down", "server shutting down"], await Task.WhenAll(node.Sessions.Select(echo => echo.Ended)));
    }

    [Fact]
    public async Task A_handler_that_fails_ends_its_session_alone()
    {
        await using var node = await EngineNode.StartAsync(listener: () => new Thrower());
        var sid = await node.Client.OpenAsync();
        var other = await node.Client.OpenAsync();

        using var response = await node.Client.PostAsync(sid, "4fail");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("transport error", await node.Sessions.First().Ended);
        await node.Client.PostOkAsync(other, "4hello");
        Assert.Equal("4hello", await node.Client.PollTextAsync(other));
    }

    [Fact]
    public async Task The_end_is_told_after_the_message_that_is_being_handled_and_cancelled_before()
    {
        await using var node = await EngineNode.StartAsync(listener: () => new Waiter());
        var sid = await node.Client.OpenAsync();
        var waiter = (Waiter)node.Sessions.Single();
        var post = node.Client.PostAsync(sid, "4wait");
        await waiter.Entered;

        waiter.Session.Close("forced close");

        await waiter.Cancelled;
        Assert.Equal(0, waiter.Ends);
        waiter.Leave();
        Assert.Equal("forced close", await waiter.Ended);
        (await post).Dispose();
    }

    [Fact]
    public async Task A_second_POST_beside_one_that_is_handled_ends_the_session()
    {
        await using var node = await EngineNode.StartAsync(listener: () => new Waiter());
        var sid = await node.Client.OpenAsync();
        var waiter = (Waiter)node.Sessions.Single();
        var first = node.Client.PostAsync(sid, "4wait");
        await waiter.Entered;

        using (var second = await node.Client.PostAsync(sid, "4too"))
        {
            Assert.Equal(HttpStatusCode.BadRequest, second.StatusCode);
        }

        waiter.Leave();
        (await first).Dispose();
        Assert.Equal("transport error", await waiter.Ended);
    }

    [Fact]
    public async Task WebSocket_pings_are_answered_and_fragments_joined()
    {
        await using var node = await EngineNode.StartAsync();
        using var socket = await node.Client.ConnectAsync(prepare: options =>
        {
            // The client pings by itself, and gives up without an answer.
            options.KeepAliveInterval = TimeSpan.FromMilliseconds(50);
            options.KeepAliveTimeout = TimeSpan.FromSeconds(20);
        });
        await socket.ReceiveTextAsync();

        await socket.Socket.SendAsync("4hel"u8.ToArray(), System.Net.WebSockets.WebSocketMessageType.Text, endOfMessage: false, Token);
        await socket.Socket.SendAsync(Encoding.UTF8.GetBytes("lo"), System.Net.WebSockets.WebSocketMessageType.Text, endOfMessage: true, Token);

        Assert.Equal("4hello", await socket.ReceiveTextAsync());
    }

    private sealed class Greeter : EngineEcho
    {
        public override void OnOpen(IEngineSession session)
        {
            base.OnOpen(session);
            session.Send([Text("welcome")]);
        }
    }

    private sealed class Thrower : EngineEcho
    {
        public override ValueTask OnMessageAsync(EngineMessage message) =>
            message.Data.Span.SequenceEqual("fail"u8) ? throw new InvalidOperationException("Asked to.") : base.OnMessageAsync(message);
    }

    private sealed class Waiter : EngineEcho
    {
        private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _leave = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Entered => _entered.Task.WaitAsync(TimeSpan.FromSeconds(30), Token);

        public Task Cancelled => _cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30), Token);

        public void Leave() => _leave.TrySetResult();

        public override async ValueTask OnMessageAsync(EngineMessage message)
        {
            await using var cancelled = Session.Closed.Register(() => _cancelled.TrySetResult());
            _entered.TrySetResult();
            await _leave.Task;
        }
    }
}
