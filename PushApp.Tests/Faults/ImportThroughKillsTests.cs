using System.Diagnostics;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Aspire.Hosting.ApplicationModel;
using PushApp.Tests.Infrastructure;
using PushApp.Tests.Integration.Contacts;

namespace PushApp.Tests.Faults;

/// <summary>SIGKILL of worker, broker and a web node in turn, each while one import runs through the AppHost, and started again by command.</summary>
public sealed class ImportThroughKillsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    // A quarter of the issue's rows, so that it takes seconds on a quiet machine; the whole is below.
    [Fact]
    public Task Import_outlives_the_kills_with_the_right_contacts_and_one_completion() => RunAsync(50_000);

    [Fact(Explicit = true)]
    public Task Import_of_200_000_rows_outlives_the_kills_with_the_right_contacts_and_one_completion() => RunAsync(200_000);

    private static async Task RunAsync(int rows)
    {
        Prerequisite.Linux("processes are killed by SIGKILL.");
        AppEngine.RequireOwnProcesses();
        await using var app = await AppFixture.StartAsync(BrokerKind.Garnet);
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = true }) { BaseAddress = app.WebAddress };
        var account = new { email = "ann@example.com", password = "correct horse" };
        (await http.PostAsJsonAsync("/api/account/register", account, Cancelled)).EnsureSuccessStatusCode();
        (await http.PostAsJsonAsync("/api/account/login?useCookies=true", account, Cancelled)).EnsureSuccessStatusCode();

        using var form = new MultipartFormDataContent { { new ByteArrayContent(Encoding.UTF8.GetBytes(ImportTests.Rows(rows))), "file", "contacts.csv" } };
        using var uploaded = await http.PostAsync("/api/imports", form, Cancelled);
        uploaded.EnsureSuccessStatusCode();
        var id = (await uploaded.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("id").GetGuid();

        var stored = await WaitForRowsAsync(0);
        await KillAsync("worker");

        // The new worker takes the job over when the lease of the dead one is over.
        stored = await WaitForRowsAsync(stored);
        await KillAsync("redis");
        await KillAsync("web-1");
        var import = await WaitForAsync(job => job.GetProperty("state").GetString() is not ("queued" or "running"), "the import ends");

        Assert.Equal("completed", import.GetProperty("state").GetString());
        Assert.Equal((rows, rows), (import.GetProperty("rows").GetInt32(), import.GetProperty("added").GetInt32()));
        var contacts = await GetAsync("/api/contacts?pageSize=1");
        Assert.Equal(rows, contacts.GetProperty("total").GetInt32());
        foreach (var person in (int[])[0, rows / 2, rows - 1])
        {
            Assert.Equal(1, (await GetAsync($"/api/contacts?search=person{person}@example.com")).GetProperty("total").GetInt32());
        }

        // The outbox relays the event when the broker is there, and tells the broker its key, should it be in doubt.
        var ends = 0;
        await Until.TrueAsync(
            async () =>
            {
                var history = await GetAsync($"/api/channels/{Uri.EscapeDataString("user:" + Uri.EscapeDataString(account.email))}/history?limit=1000");
                var names = history.GetProperty("events").EnumerateArray().Select(e => e.GetProperty("event").GetString()).ToList();
                ends = names.Count(name => name == "import.completed");
                return ends > 0 && names.Contains("notification");
            },
            "the completion is in the log",
            Patience);
        Assert.Equal(1, ends);
        Assert.Equal(1, (await GetAsync("/api/notifications")).GetProperty("total").GetInt32());

        async Task KillAsync(string resource)
        {
            // Its own id, or that of its only replica.
            var instance = app.App.ResourceNotifications.TryGetCurrentState(resource, out var state) ? state.ResourceId : resource;
            using (var process = Process.GetProcessById(app.ProcessId(instance)))
            {
                process.Kill();
            }

            var under = await GetAsync($"/api/imports/{id}");
            Assert.Equal("running", under.GetProperty("state").GetString());
            await app.App.ResourceNotifications.WaitForResourceAsync(
                resource.Split('-')[0], e => e.ResourceId == instance && e.Snapshot.State?.Text == KnownResourceStates.Exited, Cancelled).WaitAsync(Patience, Cancelled);
            await app.CommandAsync(instance, KnownResourceCommands.StartCommand);
        }

        async Task<int> WaitForRowsAsync(int moreThan) =>
            (await WaitForAsync(job => job.GetProperty("rows").GetInt32() > moreThan, $"more than {moreThan} rows are stored")).GetProperty("rows").GetInt32();

        async Task<JsonElement> WaitForAsync(Func<JsonElement, bool> condition, string what)
        {
            var job = default(JsonElement);
            await Until.TrueAsync(
                async () =>
                {
                    job = await GetAsync($"/api/imports/{id}");
                    return condition(job);
                },
                what,
                Patience);
            return job;
        }

        // A request that a killed node had in its hands breaks; another node answers the next.
        async Task<JsonElement> GetAsync(string path)
        {
            JsonElement? answer = null;
            await Until.TrueAsync(
                async () =>
                {
                    try
                    {
                        using var response = await http.GetAsync(path, Cancelled);
                        answer = response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync<JsonElement>(Cancelled) : null;
                    }
                    catch (HttpRequestException)
                    {
                        answer = null;
                    }

                    return answer is not null;
                },
                $"GET {path} is answered",
                Patience);
            return answer!.Value;
        }
    }
}
