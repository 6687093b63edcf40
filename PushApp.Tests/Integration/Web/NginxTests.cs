using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Web;

/// <summary>Everything passes nginx as configured in deploy/nginx: streams at once, uploads, and Socket.IO by each transport without sticky sessions.</summary>
public sealed class NginxTests(NginxSite site, SocketIOClientsFixture fixture) : IClassFixture<NginxSite>, IClassFixture<SocketIOClientsFixture>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_leave_the_proxy_as_they_come_and_a_stream_resumes_at_whichever_node()
    {
        var (client, email, cookie) = await site.First.SignUpAsync();
        client.Dispose();
        using var http = ClientOf(cookie);
        var channel = $"user:{email}";
        string position;
        await using (var stream = await SseReader.OpenAsync(http, "/sse/"))
        {
            for (var i = 0; i < 5; i++)
            {
                // Each is awaited before the next is published: nothing waits in a buffer for more.
                await PublishAsync(http, channel, i);
                Assert.Equal(i, (int)JsonNode.Parse((await stream.NextAsync()).Data)!);
            }

            position = stream.LastEventId;
        }

        await PublishAsync(http, channel, 5);
        for (var turn = 0; turn < 4; turn++)
        {
            await using var resumed = await SseReader.OpenAsync(http, "/sse/", lastEventId: position);
            Assert.Equal(5, (int)JsonNode.Parse((await resumed.NextAsync()).Data)!);
        }
    }

    [Theory]
    [InlineData("polling")]
    [InlineData("websocket")]
    [InlineData("polling,websocket")]
    public async Task Socket_IO_passes_by_each_transport(string transports)
    {
        var room = $"tea-{Guid.NewGuid():N}";
        var options = new { transports = transports.Split(',') };
        List<SocketIOClient> clients = [];
        for (var i = 0; i < 4; i++)
        {
            var (http, _, cookie) = await site.First.SignUpAsync();
            http.Dispose();
            var client = await (await fixture.GetAsync()).OpenAsync(site.Address, options, headers: new Dictionary<string, string> { ["Cookie"] = cookie });
            await client.NextAsync("connect");
            await client.AskAsync("subscribe", room);
            clients.Add(client);
        }

        await Until.TrueAsync(
            async () => (await Task.WhenAll(clients.Select(client => client.TransportAsync()))).All(name => name == options.transports[^1]), "all clients are on the last of the transports");
        for (var i = 0; i < 20; i++)
        {
            await clients[i % clients.Count].AskAsync("myevent", room, i);
        }

        foreach (var client in clients)
        {
            await Until.TrueAsync(() => client.Of("myevent").Count >= 20, "all events come");
            Assert.Equal(Enumerable.Range(0, 20), client.Of("myevent").Select(item => (int)item.Arguments[0]!));
            await client.DisconnectAsync();
        }
    }

    [Fact]
    public async Task A_file_larger_than_the_proxys_own_limit_is_imported()
    {
        var (client, _, cookie) = await site.Second.SignUpAsync();
        client.Dispose();
        using var http = ClientOf(cookie);
        var rows = new StringBuilder("Name,Email,Notes\n");
        for (var i = 0; i < 20_000; i++)
        {
            rows.Append("Person ").Append(i).Append(",person").Append(i).Append("@example.com,").Append('x', 60).Append('\n');
        }

        var file = new StringContent(rows.ToString(), Encoding.UTF8, new MediaTypeHeaderValue("text/csv"));
        Assert.True(file.Headers.ContentLength > 1024 * 1024);
        using var form = new MultipartFormDataContent { { file, "file", "people.csv" } };
        using var answer = await http.PostAsync("/api/imports", form, Cancelled);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal(file.Headers.ContentLength, (long)(await answer.Content.ReadFromJsonAsync<JsonObject>(Cancelled))!["bytesTotal"]!);
    }

    private static async Task PublishAsync(HttpClient http, string channel, int data)
    {
        using var answer = await http.PostAsJsonAsync($"/api/channels/{Uri.EscapeDataString(channel)}/events", new { @event = "note", data }, Cancelled);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
    }

    private HttpClient ClientOf(string cookie) => new(new SocketsHttpHandler { UseCookies = false, UseProxy = false })
    {
        BaseAddress = site.Address,
        DefaultRequestHeaders = { { "Cookie", cookie } },
    };
}
