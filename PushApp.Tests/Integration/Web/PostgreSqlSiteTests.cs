using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using PushApp.Tests.Infrastructure;
using PushApp.Tests.Integration.Contacts;

namespace PushApp.Tests.Integration.Web;

/// <summary>A site as it runs on several machines: two web nodes and workers that share nothing but a broker and a PostgreSQL server.</summary>
public sealed class PostgreSqlSiteTests : IClassFixture<TwoWebNodesOnPostgreSql>
{
    private const int Rows = 1000;

    private readonly TwoWebNodesOnPostgreSql _nodes;

    public PostgreSqlSiteTests(TwoWebNodesOnPostgreSql nodes)
    {
        PostgreSqlServer.Require();
        _nodes = nodes;
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Import_at_one_node_outlives_its_worker_and_is_seen_and_shared_at_the_other()
    {
        var (first, email, cookie) = await _nodes.First.SignUpAsync();
        using var second = _nodes.Second.NewClient();
        second.DefaultRequestHeaders.Add("Cookie", cookie);
        var friend = WebNode.NewEmail();
        using var friends = await _nodes.Second.SignUpAsAsync(friend);
        using var form = new MultipartFormDataContent { { new ByteArrayContent(Encoding.UTF8.GetBytes(ImportTests.Rows(Rows))), "file", "contacts.csv" } };
        using var uploaded = await first.PostAsync("/api/imports", form, Cancelled);
        var id = (await uploaded.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("id").GetGuid();

        await using (var dying = StartWorker())
        {
            await Until.TrueAsync(async () => (await ImportAsync()).GetProperty("rows").GetInt64() > 0, "the import goes on");
            await dying.KillAsync();
        }

        await using var worker = StartWorker();
        await Until.TrueAsync(async () => (await ImportAsync()).GetProperty("state").GetString() == "completed", "the import ends", TimeSpan.FromSeconds(60));

        Assert.Equal((Rows, Rows), ((await ImportAsync()).GetProperty("rows").GetInt32(), (await ImportAsync()).GetProperty("added").GetInt32()));
        var found = await second.GetFromJsonAsync<JsonElement>($"/api/contacts?search=person{Rows - 1}@", Cancelled);
        Assert.Equal(1, found.GetProperty("total").GetInt32());
        using var shared = await second.PostAsJsonAsync($"/api/contacts/{found.GetProperty("items")[0].GetProperty("id")}/share", new { userName = friend }, Cancelled);
        Assert.True(shared.IsSuccessStatusCode, await shared.Content.ReadAsStringAsync(Cancelled));
        await Until.TrueAsync(
            async () => (await friends.GetFromJsonAsync<JsonElement>("/api/contacts", Cancelled)).GetProperty("total").GetInt32() == 1, "the friend has the contact");

        // Published once, by whichever process relays the outbox.
        var channel = Uri.EscapeDataString("user:" + Uri.EscapeDataString(email));
        string?[] names = [];
        await Until.TrueAsync(
            async () =>
            {
                var history = await first.GetFromJsonAsync<JsonElement>($"/api/channels/{channel}/history?limit=1000", Cancelled);
                names = [.. history.GetProperty("events").EnumerateArray().Select(e => e.GetProperty("event").GetString())];
                return names.Contains("notification");
            },
            "the completion is in the log");
        Assert.Single(names, "import.completed");

        async Task<JsonElement> ImportAsync() => await second.GetFromJsonAsync<JsonElement>($"/api/imports/{id}", Cancelled);
    }

    // Batches so small that the first worker is killed in the midst of them.
    private ChildProcess StartWorker() => ChildProcess.StartProject("PushApp.ImportWorker", [], new Dictionary<string, string?>
    {
        ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
        ["ConnectionStrings__contacts"] = _nodes.Database,
        ["ConnectionStrings__redis"] = _nodes.Broker.ConnectionString,
        ["Imports__Lease"] = "00:00:01",
        ["Imports__PollInterval"] = "00:00:00.2",
        ["Imports__BatchSize"] = "10",
    });
}
