using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Web;

/// <summary>The namespace <c>/chat</c> on two nodes, with the official client.</summary>
public sealed class ChatTests(ChatNodes nodes) : IClassFixture<ChatNodes>
{
    private readonly string _room = $"tea {Guid.NewGuid():N}";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Message_to_a_room_reaches_everybody_in_it_once_and_is_in_its_history()
    {
        var (ann, bob) = (await nodes.SignUpAsync(nodes.First), await nodes.SignUpAsync(nodes.Second));
        var room = await JoinAsync(ann);
        Assert.Equal(room, await JoinAsync(bob));

        var sent = await AskAsync(ann.Client, "send", room, "1", "  Hello\r\nBob \u0007 ");
        await AskAsync(bob.Client, "send", room, "1", "Hi");

        foreach (var user in (ChatUser[])[ann, bob])
        {
            var first = (await user.Client.NextAsync("chat.message")).Arguments[0]!;
            Assert.Equal((ann.Email, "Hello\nBob", "1", room), ((string)first["author"]!, (string)first["text"]!, (string)first["clientId"]!, (string)first["conversation"]!));
            Assert.Equal((string)sent["id"]!, (string)first["id"]!);
            Assert.Equal("Hi", (string)(await user.Client.NextAsync("chat.message")).Arguments[0]!["text"]!);
            Assert.Equal(["Hello\nBob", "Hi"], Texts(await AskAsync(user.Client, "history", room)));
            Assert.Equal(2, user.Client.Of("chat.message").Count);
        }

        // The room's one log, over HTTP too; a position of it is what the sender was told.
        var history = await bob.Http.GetFromJsonAsync<JsonNode>($"/api/channels/{Uri.EscapeDataString(room)}/history", Cancelled);
        var entry = history!["events"]![0]!;
        Assert.Equal(("chat.message", (string)sent["position"]!), ((string)entry["event"]!, (string)entry["position"]!));
        Assert.Equal("Hello\nBob", (string)JsonNode.Parse((string)entry["data"]!)!["text"]!);
    }

    [Fact]
    public async Task Direct_message_comes_to_one_who_joined_nothing_on_all_of_their_pages()
    {
        var (ann, bob) = (await nodes.SignUpAsync(nodes.First), await nodes.SignUpAsync(nodes.First));
        var elsewhere = await nodes.OpenAsync(bob, nodes.Second);
        // Names are compared without case.
        var direct = (string)(await AskAsync(ann.Client, "direct", $" {bob.Email.ToUpperInvariant()} "))["conversation"]!["id"]!;
        Assert.Empty((await AskAsync(bob.Client, "conversations")).AsArray());

        await AskAsync(ann.Client, "send", direct, "1", "psst");

        foreach (var client in (SocketIOClient[])[bob.Client, elsewhere])
        {
            Assert.Equal(direct, (string)(await client.NextAsync("chat.added")).Arguments[0]!["conversation"]!);
            var opened = await AskAsync(client, "open", direct);
            Assert.Equal(("direct", ann.Email, 1), ((string)opened["conversation"]!["kind"]!, (string)opened["conversation"]!["title"]!, (int)opened["conversation"]!["unread"]!));
            Assert.Equal(["psst"], Texts(opened["page"]!));
        }

        // Both write to the same.
        Assert.Equal(direct, (string)(await AskAsync(bob.Client, "direct", ann.Email))["conversation"]!["id"]!);
        await AskAsync(elsewhere, "send", direct, "1", "yes?");
        foreach (var client in (SocketIOClient[])[ann.Client, bob.Client, elsewhere])
        {
            await Until.TrueAsync(() => client.Of("chat.message").Any(message => (string)message.Arguments[0]!["text"]! == "yes?"), "the answer comes");
        }

        Assert.Equal(["psst", "yes?"], ann.Client.Of("chat.message").Select(message => (string)message.Arguments[0]!["text"]!));
    }

    [Fact]
    public async Task Stranger_is_kept_out_of_a_conversation_in_every_way()
    {
        var (ann, bob, eve) = (await nodes.SignUpAsync(nodes.First), await nodes.SignUpAsync(nodes.Second), await nodes.SignUpAsync(nodes.Second));
        var direct = (string)(await AskAsync(ann.Client, "direct", bob.Email))["conversation"]!["id"]!;
        await AskAsync(ann.Client, "send", direct, "1", "secret");

        Assert.Equal("not_joined", await RefusalAsync(eve.Client, "open", direct));
        Assert.Equal("not_joined", await RefusalAsync(eve.Client, "history", direct));
        Assert.Equal("not_joined", await RefusalAsync(eve.Client, "send", direct, "1", "hello"));
        Assert.Equal("not_joined", await RefusalAsync(eve.Client, "typing", direct));
        Assert.Equal("access_denied", await RefusalAsync(eve.Client, "join", direct));
        // Nor is the channel that tells a user of changes a conversation, not even for its owner.
        Assert.Equal("not_joined", await RefusalAsync(ann.Client, "send", $"chat:{ann.Email}", "1", "hello"));

        var channel = Uri.EscapeDataString(direct);
        using var subscribed = await eve.Http.GetAsync($"/sse/?channel={channel}", HttpCompletionOption.ResponseHeadersRead, Cancelled);
        using var read = await eve.Http.GetAsync($"/api/channels/{channel}/history", Cancelled);
        using var published = await eve.Http.PostAsJsonAsync($"/api/channels/{channel}/events", new { @event = "hello", data = "x" }, Cancelled);
        Assert.All((HttpResponseMessage[])[subscribed, read, published], response => Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode));

        // The two may, but nobody speaks for another: messages come by the chat alone.
        using var ownRead = await bob.Http.GetAsync($"/api/channels/{channel}/history", Cancelled);
        Assert.Equal(HttpStatusCode.OK, ownRead.StatusCode);
        using var forged = await bob.Http.PostAsJsonAsync($"/api/channels/{channel}/events", new { @event = "chat.message", data = new { author = ann.Email, text = "forged" } }, Cancelled);
        Assert.False(forged.IsSuccessStatusCode);
        Assert.Empty(eve.Client.Of("chat.message"));
    }

    [Fact]
    public async Task Visitor_may_not_connect()
    {
        await using var clients = await SocketIOClients.StartAsync();
        var visitor = await clients.OpenAsync(nodes.First.Address, @namespace: "/chat");
        Assert.Equal("You may not connect to '/chat'.", (string)(await visitor.NextAsync("connect_error")).Arguments[0]!);
    }

    [Fact]
    public async Task Message_that_is_sent_again_is_there_once()
    {
        var (ann, bob) = (await nodes.SignUpAsync(nodes.First), await nodes.SignUpAsync(nodes.Second));
        var room = await JoinAsync(ann);
        await JoinAsync(bob);

        var first = await AskAsync(ann.Client, "send", room, "same", "once");
        // As where the answer was lost with the node, by another page of hers.
        var elsewhere = await nodes.OpenAsync(ann, nodes.Second);
        await AskAsync(elsewhere, "conversations");
        var second = await AskAsync(elsewhere, "send", room, "same", "once");
        Assert.Equal(first.ToJsonString(), second.ToJsonString());
        Assert.Equal("invalid_arguments", await RefusalAsync(ann.Client, "send", room, "same", "something else"));
        // Another's id is another's.
        await AskAsync(bob.Client, "send", room, "same", "mine");

        Assert.Equal(["once", "mine"], Texts(await AskAsync(ann.Client, "history", room)));
    }

    [Fact]
    public async Task History_is_paged_to_its_beginning_and_goes_on_after_a_position()
    {
        var ann = await nodes.SignUpAsync(nodes.First);
        var room = await JoinAsync(ann);
        for (var i = 0; i < 120; i++)
        {
            await AskAsync(ann.Client, "send", room, $"{i}", $"{i}");
        }

        List<string> read = [];
        List<int> sizes = [];
        JsonNode? page = null;
        do
        {
            page = await AskAsync(ann.Client, "history", room, page is null ? null : new { before = (string)page["earlier"]! });
            read.InsertRange(0, Texts(page));
            sizes.Add(Texts(page).Count());
        }
        while (page["earlier"] is not null);

        Assert.Equal(Enumerable.Range(0, 120).Select(i => $"{i}"), read);
        Assert.Equal([50, 50, 20], sizes);

        var after = (string)(await AskAsync(ann.Client, "history", room))["messages"]![47]!["position"]!;
        var rest = await AskAsync(ann.Client, "history", room, new { after });
        Assert.Equal(["118", "119"], Texts(rest));
        Assert.True((bool)rest["isWhole"]!);
        Assert.Empty(Texts(await AskAsync(ann.Client, "history", room, new { after = (string)rest["head"]! })));

        // A position that the log does not hold: the newest, and it is said that they do not join on.
        var unknown = await AskAsync(ann.Client, "history", room, new { after = "50-00000000" });
        Assert.Equal((false, 50), ((bool)unknown["isWhole"]!, Texts(unknown).Count()));
        Assert.Equal("invalid_arguments", await RefusalAsync(ann.Client, "history", room, new { before = "nonsense" }));
    }

    [Fact]
    public async Task Typing_is_told_to_the_others_now_and_then_and_kept_nowhere()
    {
        var (ann, bob) = (await nodes.SignUpAsync(nodes.First), await nodes.SignUpAsync(nodes.Second));
        var room = await JoinAsync(ann);
        await JoinAsync(bob);
        var annElsewhere = await nodes.OpenAsync(ann, nodes.Second);
        await AskAsync(annElsewhere, "conversations");

        for (var i = 0; i < 5; i++)
        {
            await AskAsync(ann.Client, "typing", room);
        }

        var told = (await bob.Client.NextAsync("chat.typing")).Arguments[0]!;
        Assert.Equal((room, ann.Email), ((string)told["conversation"]!, (string)told["userName"]!));
        await AskAsync(ann.Client, "send", room, "1", "done");
        foreach (var client in (SocketIOClient[])[ann.Client, annElsewhere, bob.Client])
        {
            await client.NextAsync("chat.message");
        }

        Assert.Single(bob.Client.Of("chat.typing"));
        Assert.Empty(ann.Client.Of("chat.typing"));
        Assert.Empty(annElsewhere.Of("chat.typing"));
        Assert.Equal(["done"], Texts(await AskAsync(bob.Client, "history", room)));
    }

    [Fact]
    public async Task List_and_unread_messages_are_there_at_the_next_visit()
    {
        var (ann, bob) = (await nodes.SignUpAsync(nodes.First), await nodes.SignUpAsync(nodes.Second));
        var room = await JoinAsync(ann);
        await JoinAsync(bob);
        await AskAsync(bob.Client, "send", room, "own", "mine does not count");
        await bob.Client.DisconnectAsync();
        JsonNode? last = null;
        for (var i = 0; i < 3; i++)
        {
            last = await AskAsync(ann.Client, "send", room, $"{i}", $"{i}");
        }

        var page = await nodes.OpenAsync(bob, nodes.First);
        var other = await nodes.OpenAsync(bob, nodes.Second);
        var entry = Assert.Single((await AskAsync(page, "conversations")).AsArray())!;
        Assert.Equal(("room", _room, 3, "2"), ((string)entry["kind"]!, (string)entry["title"]!, (int)entry["unread"]!, (string)entry["last"]!["text"]!));

        await AskAsync(page, "read", room, (string)last!["id"]!);
        Assert.Equal((string)last["id"]!, (string)(await other.NextAsync("chat.read")).Arguments[0]!["messageId"]!);
        Assert.Equal(0, (int)(await AskAsync(other, "conversations")).AsArray()[0]!["unread"]!);
        await AskAsync(ann.Client, "send", room, "3", "3");
        Assert.Equal(1, (int)(await AskAsync(other, "conversations")).AsArray()[0]!["unread"]!);

        await AskAsync(page, "leave", room);
        Assert.Equal(room, (string)(await other.NextAsync("chat.removed")).Arguments[0]!["conversation"]!);
        Assert.Empty((await AskAsync(other, "conversations")).AsArray());
        Assert.Equal("not_joined", await RefusalAsync(page, "send", room, "x", "x"));
    }

    [Fact]
    public async Task Bad_input_is_answered_with_what_to_do()
    {
        var ann = await nodes.SignUpAsync(nodes.First);
        var room = await JoinAsync(ann);
        Assert.Equal("access_denied", await RefusalAsync(ann.Client, "join", "Admin"));
        Assert.Equal("access_denied", await RefusalAsync(ann.Client, "join", "   "));
        Assert.Equal("invalid_arguments", await RefusalAsync(ann.Client, "join", 5));
        Assert.Equal("not_found", await RefusalAsync(ann.Client, "direct", "nobody@example.com"));
        Assert.Equal("invalid_arguments", await RefusalAsync(ann.Client, "direct", ann.Email));
        Assert.Equal("invalid_arguments", await RefusalAsync(ann.Client, "direct", ""));
        Assert.Equal("invalid_arguments", await RefusalAsync(ann.Client, "send", room, "1", " \n "));
        Assert.Equal("invalid_arguments", await RefusalAsync(ann.Client, "send", room, "1", new string('x', 4001)));
        Assert.Equal("invalid_arguments", await RefusalAsync(ann.Client, "send", room, "", "x"));
        Assert.Equal("invalid_arguments", await RefusalAsync(ann.Client, "send", room));
        Assert.Equal("not_joined", await RefusalAsync(ann.Client, "send", "room:elsewhere", "1", "x"));
        Assert.Equal("not_joined", await RefusalAsync(ann.Client, "open", "nonsense"));
        Assert.Equal("no_such_event", await RefusalAsync(ann.Client, "chat.message", room));
        // None of them counts, and a bound is within.
        await AskAsync(ann.Client, "send", room, "1", new string('x', 4000));
    }

    [Fact]
    public async Task Too_many_messages_are_refused_until_a_little_later()
    {
        var ann = await nodes.SignUpAsync(nodes.First);
        var room = await JoinAsync(ann);
        JsonNode? error = null;
        for (var i = 0; error is null && i < ChatNodes.Burst * 2; i++)
        {
            error = (await ann.Client.AskAsync("send", room, $"{i}", $"{i}"))[0]!["error"];
        }

        Assert.Equal("too_fast", (string?)error?["name"]);
        Assert.True((long)error!["data"]!["retryAfterMs"]! > 0);
        Assert.Contains("Wait", (string)error["message"]!, StringComparison.Ordinal);
    }

    private async Task<string> JoinAsync(ChatUser user) => (string)(await AskAsync(user.Client, "join", _room))["conversation"]!["id"]!;

    private static async Task<JsonNode> AskAsync(SocketIOClient client, string eventName, params object?[] arguments)
    {
        var answer = (await client.AskAsync(eventName, arguments)).FirstOrDefault() ?? new JsonObject();
        Assert.True(answer is not JsonObject || answer["error"] is null, answer.ToJsonString());
        return answer;
    }

    private static async Task<string?> RefusalAsync(SocketIOClient client, string eventName, params object?[] arguments)
    {
        var error = (await client.AskAsync(eventName, arguments)).FirstOrDefault()?["error"];
        Assert.False(string.IsNullOrEmpty((string?)error?["message"]), $"'{eventName}' was not refused.");
        return (string?)error["name"];
    }

    private static IEnumerable<string> Texts(JsonNode page) => page["messages"]!.AsArray().Select(message => (string)message!["text"]!);
}
