using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using PushApp.Tests.Infrastructure;
using PushApp.Tests.Integration.Web;

namespace PushApp.Tests.Integration.Contacts;

/// <summary>The API of imports, contacts and notifications on real nodes; the imports are run by a worker process.</summary>
public sealed class ImportHttpTests(TwoWebNodesAndWorker app) : IClassFixture<TwoWebNodesAndWorker>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Upload_is_accepted_by_one_node_and_its_contacts_are_read_from_the_other()
    {
        var (ann, _, cookie) = await app.First.SignUpAsync();
        using var response = await ann.PostAsync("/api/imports", File("Name,Email\nCy Ray,cy@example.com\nBad,nonsense\n"), Cancelled);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var import = await response.Content.ReadFromJsonAsync<JsonElement>(Cancelled);
        Assert.Equal($"/api/imports/{import.GetProperty("id").GetGuid()}", response.Headers.Location!.ToString());

        using var there = app.Second.NewClient();
        there.DefaultRequestHeaders.Add("Cookie", cookie);
        var ended = await EndedAsync(there, response.Headers.Location);
        Assert.Equal(("completed", 1, 1), (ended.GetProperty("state").GetString(), ended.GetProperty("added").GetInt32(), ended.GetProperty("rejected").GetInt32()));
        Assert.Equal("Cy Ray", (await there.GetFromJsonAsync<JsonElement>("/api/contacts?search=ray", Cancelled)).GetProperty("items")[0].GetProperty("name").GetString());
        Assert.Contains("nonsense", await there.GetStringAsync($"{response.Headers.Location}/rejected", Cancelled));
        Assert.Equal(1, (await there.GetFromJsonAsync<JsonElement>("/api/notifications", Cancelled)).GetProperty("unread").GetInt32());
        using var cancel = await there.DeleteAsync(response.Headers.Location, Cancelled);
        Assert.Equal(HttpStatusCode.Conflict, cancel.StatusCode);

        var (bo, _, _) = await app.First.SignUpAsync();
        using var foreign = await bo.GetAsync(response.Headers.Location, Cancelled);
        Assert.Equal(HttpStatusCode.NotFound, foreign.StatusCode);
        using var nobody = await app.First.Http.GetAsync("/api/imports", Cancelled);
        Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);
    }

    [Fact]
    public async Task What_is_no_address_book_is_refused_with_what_to_do()
    {
        var (ann, _, _) = await app.First.SignUpAsync();

        await RefusedAsync(ann, File(""), HttpStatusCode.BadRequest, "empty");
        await RefusedAsync(ann, File("hello\n"), HttpStatusCode.UnsupportedMediaType, "no address book");
        await RefusedAsync(ann, File("PK\u0003\u0004"), HttpStatusCode.UnsupportedMediaType, "CSV UTF-8");
        await RefusedAsync(ann, File("Name\n" + new string('x', 1_100_000)), HttpStatusCode.RequestEntityTooLarge, "larger than");
        await RefusedAsync(ann, File("Name\n" + new string('x', 3_000_000)), HttpStatusCode.RequestEntityTooLarge, "larger than");
        await RefusedAsync(ann, new StringContent("Name\nAnn\n"), HttpStatusCode.UnsupportedMediaType, "multipart/form-data");
        await RefusedAsync(ann, new MultipartFormDataContent { { new StringContent("x"), "other" } }, HttpStatusCode.BadRequest, "part 'file'");
    }

    [Fact]
    public async Task Two_files_in_one_request_are_refused_and_neither_is_taken()
    {
        var (ann, _, _) = await app.First.SignUpAsync();
        var two = File("Name\nAnn\n");
        two.Add(new ByteArrayContent("Name\nBo\n"u8.ToArray()), "file", "other.csv");

        await RefusedAsync(ann, two, HttpStatusCode.BadRequest, "one file per request");

        Assert.Equal(0, (await ann.GetFromJsonAsync<JsonElement>("/api/imports", Cancelled)).GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task Contact_is_shared_by_the_recipients_name()
    {
        var (ann, annsName, _) = await app.First.SignUpAsync();
        var (bo, bosName, _) = await app.Second.SignUpAsync();
        using var upload = await ann.PostAsync("/api/imports", File("Name,Email\nCy Ray,cy@example.com\n"), Cancelled);
        await EndedAsync(ann, upload.Headers.Location!);
        var id = (await ann.GetFromJsonAsync<JsonElement>("/api/contacts", Cancelled)).GetProperty("items")[0].GetProperty("id").GetInt64();

        using var unknown = await ann.PostAsJsonAsync($"/api/contacts/{id}/share", new { userName = "nobody@example.com" }, Cancelled);
        using var oneself = await ann.PostAsJsonAsync($"/api/contacts/{id}/share", new { userName = annsName }, Cancelled);
        using var foreign = await bo.PostAsJsonAsync($"/api/contacts/{id}/share", new { userName = annsName }, Cancelled);
        using var shared = await ann.PostAsJsonAsync($"/api/contacts/{id}/share", new { userName = bosName }, Cancelled);

        Assert.Equal(
            [HttpStatusCode.NotFound, HttpStatusCode.BadRequest, HttpStatusCode.NotFound, HttpStatusCode.OK],
            [unknown.StatusCode, oneself.StatusCode, foreign.StatusCode, shared.StatusCode]);
        Assert.Equal(1, (await bo.GetFromJsonAsync<JsonElement>("/api/contacts", Cancelled)).GetProperty("total").GetInt32());
        var notification = (await bo.GetFromJsonAsync<JsonElement>("/api/notifications", Cancelled)).GetProperty("items")[0];
        Assert.Contains(annsName, notification.GetProperty("title").GetString());
        using var read = await bo.PostAsync($"/api/notifications/{notification.GetProperty("id").GetGuid()}/read", null, Cancelled);
        Assert.Equal(HttpStatusCode.NoContent, read.StatusCode);
        Assert.Equal(0, (await bo.GetFromJsonAsync<JsonElement>("/api/notifications", Cancelled)).GetProperty("unread").GetInt32());
    }

    private static MultipartFormDataContent File(string content) => new() { { new ByteArrayContent(Encoding.UTF8.GetBytes(content)), "file", "contacts.csv" } };

    private static async Task RefusedAsync(HttpClient client, HttpContent content, HttpStatusCode status, string reason)
    {
        using var response = await client.PostAsync("/api/imports", content, Cancelled);
        Assert.Equal(status, response.StatusCode);
        Assert.Contains(reason, (await response.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("detail").GetString());
    }

    private static async Task<JsonElement> EndedAsync(HttpClient client, Uri location)
    {
        JsonElement import = default;
        await Until.TrueAsync(
            async () => (import = await client.GetFromJsonAsync<JsonElement>(location, Cancelled)).GetProperty("state").GetString() is "completed" or "failed",
            "the import ends",
            TimeSpan.FromSeconds(60));
        return import;
    }
}

/// <summary>Two nodes and a worker of one site.</summary>
public sealed class TwoWebNodesAndWorker : IAsyncLifetime
{
    private readonly TempFolder _folder = new("imports");
    private BrokerProcess? _broker;
    private ChildProcess? _worker;

    internal WebNode First { get; private set; } = null!;

    internal WebNode Second { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _broker = await BrokerProcess.StartAsync(BrokerKind.Garnet, TestContext.Current.CancellationToken);
        var database = $"Data Source={_folder.Combine("contacts.db")}";
        _worker = ChildProcess.StartProject("PushApp.ImportWorker", [], new Dictionary<string, string?>
        {
            ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
            ["ConnectionStrings__contacts"] = database,
            ["ConnectionStrings__redis"] = _broker.ConnectionString,
        });
        Dictionary<string, string?> settings = new() { ["Imports__MaxFileBytes"] = "1048576" };
        First = await WebNode.StartAsync(_broker.ConnectionString, database, settings);
        Second = await WebNode.StartAsync(_broker.ConnectionString, database, settings);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var part in (IAsyncDisposable?[])[First, Second, _worker, _broker])
        {
            if (part is not null)
            {
                await part.DisposeAsync();
            }
        }

        _folder.Dispose();
    }
}
