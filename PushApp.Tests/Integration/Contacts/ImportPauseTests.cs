using System.Net;
using PushApp.Contacts;
using PushApp.Push;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Contacts;

/// <summary>Workers as processes over one broker: one is told, all of them wait.</summary>
public sealed class ImportPauseTests(BrokerFixture brokers) : IClassFixture<BrokerFixture>
{
    private const string Key = "a key of this test";
    private const string Paused = "pushapp:imports:paused";
    private const string Noticed = "Imports are paused: jobs wait";

    [Fact]
    public async Task Paused_workers_take_no_job_until_they_are_resumed()
    {
        var broker = await brokers.GetAsync(BrokerKind.Garnet);
        await using var host = await ContactsHost.StartAsync(StoreKind.Sqlite, withWorker: false);
        var address = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        await using var worker = Start(host, broker.ConnectionString, address);
        using var http = new HttpClient { BaseAddress = address };
        await Until.TrueAsync(() => worker.Output.Contains("Application started", StringComparison.Ordinal), "the worker runs");

        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(http, "/pause", "another key"));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(http, "/pause", null));
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(http, "another key")).Status);
        Assert.Equal((HttpStatusCode.OK, """{"paused":false}"""), await AskAsync(http, Key));
        Assert.Equal(HttpStatusCode.NoContent, await PostAsync(http, "/pause", Key));
        Assert.Equal(HttpStatusCode.NoContent, await PostAsync(http, "/pause", Key));
        Assert.Equal((HttpStatusCode.OK, """{"paused":true}"""), await AskAsync(http, Key));
        await Until.TrueAsync(() => worker.Output.Contains(Noticed, StringComparison.Ordinal), "the worker is paused");
        var import = await host.UploadAsync(ContactsHost.Ann, ImportTests.Rows(10));

        // One that starts meanwhile looks for jobs at once, finds out that it may not, and leaves the one that waits.
        await using var other = Start(host, broker.ConnectionString, new Uri($"http://127.0.0.1:{FreePort.Next()}"));
        await Until.TrueAsync(() => other.Output.Contains(Noticed, StringComparison.Ordinal), "the other is paused");
        Assert.Equal("queued", (await host.Get<ImportService>().FindAsync("id-ann", import.Id, TestContext.Current.CancellationToken))!.State);

        Assert.Equal(HttpStatusCode.NoContent, await PostAsync(http, "/resume", Key));
        Assert.Equal(("completed", 10), await EndOfAsync(host, import.Id));
    }

    [Fact]
    public async Task Pages_hear_once_of_a_pause_set_by_hand_and_of_one_by_the_switch()
    {
        await using var broker = await BrokerProcess.StartAsync(BrokerKind.Garnet, TestContext.Current.CancellationToken);
        await using var host = await ContactsHost.StartAsync(StoreKind.Sqlite, withWorker: false);
        await using var node = await PushNode.StartAsync(broker.ConnectionString, new PushOptions().KeyPrefix);
        await using var page = await node.OpenAsync();
        await using var redis = await broker.ConnectAsync();
        var database = redis.GetDatabase();
        var address = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        await using var worker = Start(host, broker.ConnectionString, address);
        await using var other = Start(host, broker.ConnectionString, new Uri($"http://127.0.0.1:{FreePort.Next()}"));
        using var http = new HttpClient { BaseAddress = address };
        await Until.TrueAsync(() => Array.TrueForAll([worker, other], each => each.Output.Contains("Application started", StringComparison.Ordinal)), "both workers run");

        for (var round = 0; round < 3; round++)
        {
            await database.StringSetAsync(Paused, "1");
            await HearsAsync(page, """{"paused":true}""");
            await database.KeyDeleteAsync(Paused);
            await HearsAsync(page, """{"paused":false}""");
            Assert.Equal(HttpStatusCode.NoContent, await PostAsync(http, "/pause", Key));
            await HearsAsync(page, """{"paused":true}""");
            Assert.Equal(HttpStatusCode.NoContent, await PostAsync(http, "/resume", Key));
            await HearsAsync(page, """{"paused":false}""");
        }

        // Whatever one of them has to say yet is said before it ends.
        await worker.StopAsync();
        await other.StopAsync();
        await node.Publisher.PublishAsync(ChannelName.Broadcast, "last", "", cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("last", (await page.NextAsync()).Name);
    }

    [Fact]
    public async Task Without_a_key_there_is_nothing_to_ask_and_a_wrong_hash_is_refused_at_start()
    {
        var broker = await brokers.GetAsync(BrokerKind.Garnet);
        await using var host = await ContactsHost.StartAsync(StoreKind.Sqlite, withWorker: false);
        var address = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        await using var worker = Start(host, broker.ConnectionString, address, hash: null);
        using var http = new HttpClient { BaseAddress = address };
        await Until.TrueAsync(() => worker.Output.Contains("Application started", StringComparison.Ordinal), "the worker runs");
        Assert.Equal(HttpStatusCode.NotFound, await PostAsync(http, "/pause", ""));

        await using var wrong = Start(host, broker.ConnectionString, new Uri("http://127.0.0.1:0"), hash: "secret");
        await wrong.WaitForExitAsync();
        Assert.Contains("Pause:KeyHash is no SHA-256 of a key", wrong.Output, StringComparison.Ordinal);
    }

    private static async Task HearsAsync(SseReader page, string data)
    {
        var told = await page.NextAsync();
        Assert.Equal(("import.queue", data), (told.Name, told.Data));
    }

    private static async Task<(string State, long Added)> EndOfAsync(ContactsHost host, Guid id)
    {
        var ended = await host.WaitForEndAsync(ContactsHost.Ann, id);
        return (ended.State, ended.Added);
    }

    private static async Task<(HttpStatusCode Status, string Text)> AskAsync(HttpClient http, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/pause");
        request.Headers.Add("X-Api-Key", key);
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static async Task<HttpStatusCode> PostAsync(HttpClient http, string path, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        if (key is not null)
        {
            request.Headers.Add("X-Api-Key", key);
        }

        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }

    private static ChildProcess Start(ContactsHost host, string broker, Uri address) =>
        Start(host, broker, address, ApiKey.Hash(Key));

    private static ChildProcess Start(ContactsHost host, string broker, Uri address, string? hash) => ChildProcess.StartProject("PushApp.ImportWorker", [], new Dictionary<string, string?>
    {
        ["ASPNETCORE_URLS"] = address.ToString(),
        ["ConnectionStrings__contacts"] = host.ConnectionString,
        ["ConnectionStrings__redis"] = broker,
        ["Imports__PollInterval"] = "00:00:00.2",
        ["Pause__KeyHash"] = hash,
    });
}
