using System.Text.RegularExpressions;
using Microsoft.Playwright;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Browser;

/// <summary>The page <c>/inspector</c>, over two web nodes in Development, where every signed-in user may use it.</summary>
public sealed partial class InspectorPageTests(AppHostSite site) : IClassFixture<AppHostSite>
{
    [Fact]
    public async Task Test_event_of_the_form_shows_its_journey_with_times()
    {
        await using var person = await site.SignUpAsync();
        var page = person.Page;
        await OpenFormAsync(page);
        await page.GetByText("1 connection holds this channel now").WaitForAsync();
        await page.GetByLabel("Event", new() { Exact = true }).FillAsync("test.hello");
        await PublishAsync(page);

        await page.GetByRole(AriaRole.Heading, new() { Name = "test.hello" }).WaitForAsync();
        foreach (var step in (string[])["requested", "published", "received", "written"])
        {
            var row = page.Locator($"[data-step={step}]").First;
            await row.WaitForAsync();
            Assert.Matches(Milliseconds(), await row.Locator(".step-times").InnerTextAsync());
        }

        await page.GetByRole(AriaRole.Cell, new() { Name = person.Email }).First.WaitForAsync();
        Assert.Empty(person.Complaints);
    }

    [Fact]
    public async Task An_import_s_notification_is_said_to_be_shown_and_when()
    {
        await using var person = await site.SignUpAsync();
        var page = person.Page;
        await person.UploadAsync(rows: 10);
        await page.GetByRole(AriaRole.Article, new() { Name = "Import of contacts.csv" }).GetByText("Done").WaitForAsync();

        // What the page has shown is on its way for a moment, so it is asked again until it has come.
        await OpenAsync(page, "Did it arrive?");
        await page.GetByLabel("User", new() { Exact = true }).FillAsync(person.Email);
        var notification = page.GetByRole(AriaRole.Listitem).Filter(new() { Has = page.GetByRole(AriaRole.Link, new() { Name = "notification", Exact = true }) });
        await Until.TrueAsync(
            async () =>
            {
                await page.GetByRole(AriaRole.Button, new() { Name = "Find out" }).ClickAsync();
                await notification.First.WaitForAsync();
                return await notification.First.GetByText("Shown", new() { Exact = true }).IsVisibleAsync();
            },
            "the Inspector knows that the notification was shown");

        await notification.First.GetByRole(AriaRole.Link, new() { Name = "notification", Exact = true }).ClickAsync();
        foreach (var step in (string[])["requested", "pickedUp", "published", "received", "written", "shown"])
        {
            Assert.Matches(Milliseconds(), await page.Locator($"[data-step={step}]").First.Locator(".step-times").InnerTextAsync());
        }

        // It goes by the outbox, and its first times are the outbox's: not those of the import.
        await page.Locator("[data-step=requested]").GetByText("Stored in the outbox").WaitForAsync();
        await page.Locator("[data-step=pickedUp]").GetByText("Taken from the outbox").WaitForAsync();

        Assert.Empty(person.Complaints);
    }

    [Fact]
    public async Task Nodes_charts_and_own_connection_are_shown()
    {
        await using var person = await site.SignUpAsync();
        var page = person.Page;
        await OpenAsync(page, "Nodes");
        await Assertions.Expect(page.Locator(".node")).ToHaveCountAsync(3);
        await Assertions.Expect(page.Locator(".chart canvas")).ToHaveCountAsync(3);

        await OpenAsync(page, "Connections");
        await page.GetByLabel("Search connections").FillAsync(person.Email);
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex($"Disconnect {Regex.Escape(person.Email)}") }).First.WaitForAsync();

        await OpenAsync(page, "Channels");
        await page.GetByRole(AriaRole.Cell, new() { Name = "broadcast", Exact = true }).WaitForAsync();
        Assert.Empty(person.Complaints);
    }

    [Fact]
    public async Task Search_says_that_somebody_was_not_connected()
    {
        await using var person = await site.SignUpAsync();
        var page = person.Page;
        var absent = $"absent{Guid.NewGuid():N}@example.com";
        await (await OpenFormAsync(page)).FillAsync($"user:{Uri.EscapeDataString(absent)}");
        await page.GetByText("Nobody holds this channel now").WaitForAsync();
        await PublishAsync(page);
        await page.GetByText("so it was written to nobody").WaitForAsync();
        var id = new Uri(page.Url).Query.Split("id=")[1];

        await OpenAsync(page, "Did it arrive?");
        await page.GetByLabel("User", new() { Exact = true }).FillAsync(absent);
        await page.GetByLabel("Event’s id").FillAsync(id);
        await page.GetByRole(AriaRole.Button, new() { Name = "Find out" }).ClickAsync();

        await page.Locator("[data-outcome=NotConnected]").WaitForAsync();
        Assert.Empty(person.Complaints);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Trace_is_linked_where_it_is_recorded_and_is_else_said_to_be_nowhere(bool isSampled)
    {
        await using var person = await site.SignUpAsync();
        var page = person.Page;

        // There is no dashboard here, and all traces are recorded: the answers say otherwise.
        await page.RouteAsync("**/api/inspector", route => route.FulfillAsync(new() { ContentType = "application/json", Body = """{"traceUrl":"https://traces.example/{traceId}","sampleSeconds":2}""" }));
        await page.RouteAsync("**/api/inspector/journey?*", async route =>
        {
            var answer = await route.FetchAsync();
            await route.FulfillAsync(new() { Response = answer, Body = Sampled().Replace(await answer.TextAsync(), isSampled ? "\"isSampled\":true" : "\"isSampled\":false") });
        });
        await OpenFormAsync(page);
        await PublishAsync(page);

        await page.Locator("[data-step=published]").First.WaitForAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "Open its trace" })).ToHaveCountAsync(isSampled ? 1 : 0);
        await Assertions.Expect(page.GetByText("not sampled")).ToHaveCountAsync(isSampled ? 0 : 1);
        Assert.Empty(person.Complaints);
    }

    [Fact]
    public async Task Channel_that_is_none_is_said_while_it_is_typed()
    {
        await using var person = await site.SignUpAsync();
        var page = person.Page;
        var channel = await OpenFormAsync(page);
        await channel.FillAsync("room:");

        await Assertions.Expect(channel).ToHaveAttributeAsync("aria-invalid", "true");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Publish", Exact = true })).ToBeDisabledAsync();
        await channel.FillAsync("broadcast");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Publish", Exact = true })).ToBeEnabledAsync();
    }

    [Fact]
    public async Task Form_begins_with_the_channel_as_it_is_written_and_says_how_another_is_to_be()
    {
        await using var person = await site.SignUpAsync();
        var page = person.Page;
        var channel = await OpenFormAsync(page);
        await Assertions.Expect(channel).ToHaveValueAsync($"user:{person.Email}");

        await channel.FillAsync("room:tea time");

        await page.GetByText("it holds a space").WaitForAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Publish", Exact = true })).ToBeDisabledAsync();
    }

    [Fact]
    public async Task Search_says_what_an_event_s_id_looks_like()
    {
        await using var person = await site.SignUpAsync();
        var page = person.Page;
        await OpenAsync(page, "Did it arrive?");
        await page.GetByLabel("Event’s id").FillAsync("nonsense");
        await page.GetByRole(AriaRole.Button, new() { Name = "Find out" }).ClickAsync();

        await page.GetByText("One looks like 42-9f3c01ab").WaitForAsync();
    }

    [Fact]
    public async Task User_s_connections_tell_whether_they_hold_the_user_s_own_channel()
    {
        await using var person = await site.SignUpAsync();
        var page = person.Page;
        await ChatPage.OpenAsync(person);
        await ChatPage.JoinAsync(person, $"tea {Guid.NewGuid():N}");
        await OpenAsync(page, "Did it arrive?");
        await page.GetByLabel("User", new() { Exact = true }).FillAsync(person.Email);
        await page.GetByRole(AriaRole.Button, new() { Name = "Find out" }).ClickAsync();

        var connections = page.GetByRole(AriaRole.Region, new() { Name = "connection" }).GetByRole(AriaRole.Listitem);
        await connections.Filter(new() { HasText = "SSE" }).GetByText("Holds their own channel from the beginning").First.WaitForAsync();
    }

    /// <summary>No line leads to a value between gaps: it is a dot, and the chart is not empty.</summary>
    [Fact]
    public async Task Single_value_is_drawn_too()
    {
        await using var person = await site.SignUpAsync();
        var page = person.Page;
        await page.RouteAsync("**/api/inspector/nodes?history=true", async route =>
        {
            var answer = await route.FetchAsync();
            var nodes = System.Text.Json.Nodes.JsonNode.Parse(await answer.TextAsync())!;
            var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
            foreach (var node in nodes["items"]!.AsArray())
            {
                // Of a minute in which one event was written.
                node!["history"] = new System.Text.Json.Nodes.JsonArray([.. Enumerable.Range(0, 30).Select(step => System.Text.Json.JsonSerializer.SerializeToNode(
                    new double?[] { now - (2000 * (30 - step)), 1, 0, 0, 0, 0, 0, step == 10 ? 5 : null, null, null }))]);
            }

            await route.FulfillAsync(new() { Response = answer, Body = nodes.ToJsonString() });
        });
        await OpenAsync(page, "Nodes");

        var chart = page.Locator(".chart").Filter(new() { HasText = "Publish to written" });
        await chart.Locator("canvas").WaitForAsync();
        await Until.TrueAsync(() => chart.Locator("canvas").EvaluateAsync<bool>(Painted), "the value is drawn");
    }

    [Fact]
    public async Task Disconnecting_asks_first_by_keyboard_too()
    {
        await using var person = await site.SignUpAsync();
        await using var other = await site.SignUpAsync();
        var page = person.Page;
        await page.BringToFrontAsync();
        await OpenAsync(page, "Connections");
        await page.GetByLabel("Search connections").FillAsync(other.Email);
        var button = page.GetByRole(AriaRole.Button, new() { Name = $"Disconnect {other.Email}, SSE" });
        await Assertions.Expect(button).ToHaveCountAsync(1);

        // First thought better of: nothing happens, and the focus is back where it was.
        await button.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.GetByRole(AriaRole.Dialog, new() { Name = "Disconnect this client?" }).WaitForAsync();
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await Assertions.Expect(button).ToBeFocusedAsync();
        await Person.IsLiveAsync(other.Page);

        await page.Keyboard.PressAsync("Enter");
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Disconnect" }).ClickAsync();
        await Person.Connection(other.Page, "offline").WaitForAsync();
        await Assertions.Expect(button).ToHaveCountAsync(0);
    }

    /// <summary>What is too wide for a phone is nowhere cut off: no tab makes the page itself scroll sideways.</summary>
    [Fact]
    public async Task Every_tab_fits_a_phone()
    {
        await using var person = await site.SignUpAsync();
        var page = person.Page;
        await OpenFormAsync(page);
        await PublishAsync(page);
        await page.GetByRole(AriaRole.Cell, new() { Name = person.Email }).First.WaitForAsync();
        await page.SetViewportSizeAsync(390, 800);
        foreach (var (tab, shown) in new[] { ("Nodes", ".node"), ("Events", ".cards tr"), ("Connections", ".cards tr"), ("Channels", ".cards tr"), ("Did it arrive?", ".ask") })
        {
            await page.GetByRole(AriaRole.Navigation, new() { Name = "Inspector" }).GetByRole(AriaRole.Link, new() { Name = tab }).ClickAsync();
            await page.Locator(shown).First.WaitForAsync();
            Assert.Equal(390, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
            Assert.Equal(0, await page.EvaluateAsync<int>("[...document.querySelectorAll('.table-scroll')].filter(box => box.scrollWidth > box.clientWidth).length"));
        }
    }

    /// <summary>Whether a canvas has a pixel of the colour of the first line.</summary>
    private const string Painted = """
        canvas => {
          const probe = new OffscreenCanvas(1, 1).getContext('2d');
          probe.fillStyle = getComputedStyle(canvas).getPropertyValue('--chart-1').trim();
          probe.fillRect(0, 0, 1, 1);
          const [r, g, b] = probe.getImageData(0, 0, 1, 1).data;
          const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
          for (let at = 0; at < data.length; at += 4) {
            if (data[at] === r && data[at + 1] === g && data[at + 2] === b && data[at + 3] === 255) {
              return true;
            }
          }
          return false;
        }
        """;

    /// <summary>The form for a test event: where its channel is written.</summary>
    private static async Task<ILocator> OpenFormAsync(IPage page)
    {
        await OpenAsync(page, "Events");
        await page.GetByText("Publish a test event").ClickAsync();
        return page.GetByLabel("Channel", new() { Exact = true });
    }

    /// <summary>Publishes what stands in the form, and follows it.</summary>
    private static async Task PublishAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Publish", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Follow its journey" }).ClickAsync();
    }

    private static async Task OpenAsync(IPage page, string tab)
    {
        await page.GetByRole(AriaRole.Navigation, new() { Name = "Main" }).GetByRole(AriaRole.Link, new() { Name = "Inspector" }).ClickAsync();
        await page.GetByRole(AriaRole.Navigation, new() { Name = "Inspector" }).GetByRole(AriaRole.Link, new() { Name = tab }).ClickAsync();
    }

    [GeneratedRegex("\"isSampled\":(true|false)")]
    private static partial Regex Sampled();

    [GeneratedRegex(@"\d m?s")]
    private static partial Regex Milliseconds();
}
