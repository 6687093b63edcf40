using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using PushApp.Tests.Infrastructure;
using PushApp.Tests.Integration.Dashboard;
using PushApp.Tests.Integration.Web;

namespace PushApp.Tests.Browser;

/// <summary>The dashboard as people use it: from the link that the AppHost prints.</summary>
public sealed partial class DashboardTests : IAsyncDisposable
{
    private readonly ChromiumBrowser _browser = new();
    private readonly ConcurrentQueue<string> _complaints = new();

    [Fact]
    public async Task Whoever_comes_without_the_link_logs_in_by_the_token_and_gets_where_they_wanted()
    {
        await using var dashboard = await DashboardNode.StartAsync();
        var context = await _browser.NewContextAsync(dashboard.Frontend);
        var page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(dashboard.Frontend, "/traces?text=hello").AbsoluteUri);
        await LogInAsync("nonsense");
        await page.GetByText("That is not this run's token.").WaitForAsync();
        await LogInAsync(DashboardNode.Token);
        await page.WaitForURLAsync("**/traces?text=hello");

        async Task LogInAsync(string token)
        {
            await page.GetByLabel("Token").FillAsync(token);
            await page.GetByRole(AriaRole.Button, new() { Name = "Log in" }).ClickAsync();
        }
    }

    [Fact]
    public async Task An_import_is_found_as_one_trace_and_its_worker_is_stopped_and_started()
    {
        await using var host = await AppHostProcess.StartWithDashboardAsync();
        var context = await _browser.NewContextAsync(host.WebAddress);
        await using (var person = new Person(context, WebNode.NewEmail()))
        {
            // Resources: what runs.
            var page = await OpenAsync(context, host.LoginLink);
            foreach (var id in (string[])["worker", "web-1", "web-2"])
            {
                await page.Locator($"tr[data-resource={id}]").GetByText("Running · Healthy").WaitForAsync();
            }

            // A link of the app's own, and its command.
            var site = page.Locator("tr[data-resource=web-1]");
            Assert.EndsWith("/inspector", await site.GetByRole(AriaRole.Link, new() { Name = "Inspector" }).GetAttributeAsync("href"), StringComparison.Ordinal);
            await page.GetByRole(AriaRole.Button, new() { Name = "Publish a test event web-1", Exact = true }).ClickAsync();
            await page.GetByText("Published 'test' to 'broadcast' at ").WaitForAsync();
            Assert.Matches(Journey(), await page.GetByRole(AriaRole.Status).GetByRole(AriaRole.Link, new() { Name = "Its journey, in the Inspector" }).GetAttributeAsync("href"));

            // A worker that is paused leaves the import where it is until it is resumed.
            await CommandAsync(page, "Pause imports", "Imports are paused. Those that run go on to their end");
            await HasCommandAsync(page, "Pause imports", isEnabled: false);
            await person.SignUpAsync();
            await person.UploadAsync(rows: 50);
            var import = person.Page.GetByRole(AriaRole.Article, new() { Name = "Import of contacts.csv" });
            await import.GetByText("Waits in the queue: imports are paused").WaitForAsync();
            await CommandAsync(page, "Resume imports", "Imports are resumed");
            await HasCommandAsync(page, "Resume imports", isEnabled: false);
            await HasCommandAsync(page, "Pause imports", isEnabled: true);
            await import.GetByText("Done").WaitForAsync();

            // Secrets are shown only on demand.
            await page.GetByRole(AriaRole.Link, new() { Name = "worker", Exact = true }).ClickAsync();
            var details = page.GetByRole(AriaRole.Complementary, new() { Name = "Details of worker" });
            await details.GetByText("ConnectionStrings__redis").WaitForAsync();
            Assert.DoesNotContain("password=", await details.InnerTextAsync(), StringComparison.Ordinal);
            await details.GetByRole(AriaRole.Button, new() { Name = "Show the value of ConnectionStrings__redis" }).ClickAsync();
            await details.GetByText("password=").WaitForAsync();

            // The trace, by the text of one of its spans; live, so it may still be on its way.
            await Menu(page, "Traces").ClickAsync();
            var filter = page.Locator("input[placeholder^='Filter by text']");
            for (var attempt = 0; !page.Url.EndsWith("/traces?text=import.completed", StringComparison.Ordinal); attempt++)
            {
                // A field that still sets itself up forgets what a program, faster than any person, has typed.
                Assert.True(attempt < 5, "The filter takes nothing.");
                await filter.FillAsync("");
                await filter.FillAsync("import.completed");
                await Task.WhenAny(page.WaitForURLAsync("**/traces?text=import.completed", new() { Timeout = 5000 }));
            }

            await page.Locator("a.trace-row", new() { HasText = "POST /api/imports" }).ClickAsync();
            var waterfall = page.GetByRole(AriaRole.Treegrid, new() { Name = "Spans" });
            await waterfall.GetByText("publish user:{userName}").First.WaitForAsync();
            await waterfall.Locator(".who", new() { HasTextRegex = WebReplica() }).First.WaitForAsync();
            await waterfall.Locator(".who", new() { HasText = "worker" }).First.WaitForAsync();
            await waterfall.Locator(".who", new() { HasText = "browser" }).First.WaitForAsync();

            // A span, by its link, in a tab of its own.
            await waterfall.GetByText("publish user:{userName}").First.ClickAsync();
            var panel = page.GetByRole(AriaRole.Complementary);
            await panel.GetByText("messaging.destination.template").WaitForAsync();
            var second = await OpenAsync(context, page.Url);
            await second.GetByRole(AriaRole.Complementary).GetByText("messaging.destination.template").WaitForAsync();
            await second.CloseAsync();

            // Stop and start, and the worker's own words about it.
            await Menu(page, "Resources").ClickAsync();
            var worker = page.Locator("tr[data-resource=worker]");
            await page.GetByRole(AriaRole.Button, new() { Name = "Stop worker", Exact = true }).ClickAsync();
            await worker.GetByText("Finished").WaitForAsync();
            await page.GetByText("worker was stopped.").WaitForAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Start worker", Exact = true }).ClickAsync();
            await worker.GetByText("Running · Healthy").WaitForAsync();
            await worker.GetByTitle("Console of worker").ClickAsync();
            await page.GetByRole(AriaRole.Log).GetByText("Application started").First.WaitForAsync();
        }

        Assert.Empty(_complaints);
    }

    [Fact]
    public async Task A_trace_of_500_spans_is_drawn_by_the_rows_in_sight()
    {
        await using var dashboard = await DashboardAlone.StartAsync();
        var request = OtlpReceiverTests.Request(500);
        await dashboard.SendAsync(request);
        var context = await _browser.NewContextAsync(dashboard.Frontend);
        var last = request.ResourceSpans[0].ScopeSpans[0].Spans[^1];
        var page = await OpenAsync(context, new Uri(dashboard.Frontend, $"/login?t={DashboardAlone.Token}").ToString());

        await Menu(page, "Traces").ClickAsync();
        await page.Locator("a.trace-row").First.ClickAsync();
        await page.GetByText("500 spans").WaitForAsync();
        await page.Locator(".span-row[data-span]").First.WaitForAsync();
        Assert.InRange(await page.Locator(".span-row[data-span]").CountAsync(), 1, 100);

        // The link to the last span brings it into sight.
        await page.GotoAsync($"{page.Url}?span={Convert.ToHexStringLower(last.SpanId.ToByteArray())}");
        var row = page.Locator(".span-row.selected");
        await row.GetByText(last.Name).WaitForAsync();
        await Until.TrueAsync(() => row.EvaluateAsync<bool>("e => { const r = e.getBoundingClientRect(); return r.top >= 0 && r.bottom <= innerHeight }"), "the span is in sight");

        await page.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Download" }).ClickAsync());
        Assert.Equal("traces.json", download.SuggestedFilename);
        Assert.Empty(_complaints);
    }

    /// <summary>On a phone nothing that one came to read is cut off at the edge: a row takes two lines, and an instrument is chosen from a list that opens.</summary>
    [Fact]
    public async Task Records_traces_and_metrics_can_be_read_on_a_phone()
    {
        await using var host = await AppHostProcess.StartWithDashboardAsync();
        var context = await _browser.NewContextAsync(host.WebAddress);
        var page = await OpenAsync(context, host.LoginLink);
        await page.Locator("tr[data-resource=web-1]").GetByText("Running · Healthy").WaitForAsync();
        // Something to trace.
        await context.APIRequest.GetAsync("/");
        await page.SetViewportSizeAsync(390, 800);

        await Menu(page, "Structured logs").ClickAsync();
        var message = page.Locator(".log-row[data-level] .name").First;
        await message.WaitForAsync();
        Assert.InRange((await message.BoundingBoxAsync())!.Width, 320, 390);

        await Menu(page, "Traces").ClickAsync();
        var trace = page.Locator("a.trace-row").First;
        await trace.WaitForAsync();
        Assert.InRange((await trace.Locator(".name").BoundingBoxAsync())!.Width, 320, 390);
        await Assertions.Expect(trace.Locator(".tags")).ToBeVisibleAsync();

        // The first instrument is there at once; another is chosen.
        await Menu(page, "Metrics").ClickAsync();
        await page.Locator(".chart").WaitForAsync();
        await page.GetByLabel("Instrument", new() { Exact = true }).SelectOptionAsync(new SelectOptionValue { Label = "dotnet.gc.collections" });
        await page.GetByRole(AriaRole.Heading, new() { Name = "dotnet.gc.collections" }).WaitForAsync();
        Assert.InRange((await page.Locator(".chart-area").BoundingBoxAsync())!.Height, 500, 800);
        Assert.Equal(390, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        Assert.Empty(_complaints);
    }

    [Fact]
    public async Task An_unknown_address_says_so_and_leads_to_what_runs()
    {
        await using var dashboard = await DashboardAlone.StartAsync();
        var context = await _browser.NewContextAsync(dashboard.Frontend);
        var page = await OpenAsync(context, new Uri(dashboard.Frontend, $"/login?t={DashboardAlone.Token}").ToString());

        var answer = await page.GotoAsync(new Uri(dashboard.Frontend, "/nope/at/all").ToString());

        Assert.Equal(404, answer!.Status);
        await page.GetByRole(AriaRole.Heading, new() { Name = "There is no such page" }).WaitForAsync();
        await page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Link, new() { Name = "Resources", Exact = true }).Last.ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Resources" }).WaitForAsync();
    }

    private static async Task CommandAsync(IPage page, string name, string outcome)
    {
        await HasCommandAsync(page, name, isEnabled: true);
        await page.GetByRole(AriaRole.Button, new() { Name = $"{name} worker", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Status).GetByText(outcome).WaitForAsync();
    }

    private static Task HasCommandAsync(IPage page, string name, bool isEnabled) =>
        Assertions.Expect(page.Locator($"fluent-button[aria-label='{name} worker']{(isEnabled ? ":not([disabled])" : "[disabled]")}")).ToHaveCountAsync(1, new() { Timeout = 30_000 });

    public ValueTask DisposeAsync() => _browser.DisposeAsync();

    private static ILocator Menu(IPage page, string name) => page.GetByRole(AriaRole.Navigation, new() { Name = "Main" }).GetByRole(AriaRole.Link, new() { Name = name });

    private async Task<IPage> OpenAsync(IBrowserContext context, string url)
    {
        var page = await context.NewPageAsync();
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                _complaints.Enqueue(message.Text);
            }
        };
        page.PageError += (_, error) => _complaints.Enqueue(error);
        await page.GotoAsync(url);
        return page;
    }

    [GeneratedRegex(@"^http://localhost:\d+/inspector/journey\?channel=broadcast&id=\d+-[0-9a-f]{8}$")]
    private static partial Regex Journey();

    [GeneratedRegex("^web-[12]$")]
    private static partial Regex WebReplica();
}
