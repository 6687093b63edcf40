using System.Text.Json;
using Microsoft.Playwright;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Browser;

public sealed class LivePageTests(RunningSite site) : IClassFixture<RunningSite>
{
    private const int Tabs = 7;

    [Fact]
    public async Task Contact_that_one_person_shares_reaches_the_other_at_once()
    {
        await using var ann = await site.SignUpAsync();
        await using var bob = await site.SignUpAsync();
        await HasContactsAsync(ann);

        await ShareFirstContactAsync(ann, bob);

        await bob.Page.Locator(".toast").GetByText($"{ann.Email} shared a contact").WaitForAsync();
        await Person.HasUnreadAsync(bob.Page, 1);
        await bob.Page.GetByText("1 contact", new() { Exact = true }).WaitForAsync();
        Assert.Empty(bob.Complaints);
    }

    [Fact]
    public async Task Marking_text_in_a_dialog_does_not_close_it_and_a_click_beside_it_does()
    {
        await using var ann = await site.SignUpAsync();
        await HasContactsAsync(ann);
        var page = ann.Page;
        await page.EvaluateAsync("window.isFirstLoad = true");
        await page.GetByRole(AriaRole.Link, new() { Name = "PushApp, contacts" }).ClickAsync();
        await page.Locator(".row-button").First.ClickAsync();
        await page.GetByLabel("Share with").FillAsync("somebody@example.com");

        // From the field to what lies beside the sheet.
        var field = (await page.GetByLabel("Share with").BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(field.X + 20, field.Y + (field.Height / 2));
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(20, field.Y + (field.Height / 2));
        await page.Mouse.UpAsync();
        Assert.Equal("somebody@example.com", await page.GetByLabel("Share with").InputValueAsync());

        await page.Mouse.ClickAsync(20, field.Y);
        await page.GetByLabel("Share with").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        Assert.True(await page.EvaluateAsync<bool>("window.isFirstLoad === true"));
    }

    [Fact]
    public async Task What_arrived_while_away_is_there_at_the_next_visit()
    {
        await using var ann = await site.SignUpAsync();
        await using var bob = await site.SignUpAsync();
        await HasContactsAsync(ann);
        await bob.Page.CloseAsync();

        await ShareFirstContactAsync(ann, bob);

        await Person.HasUnreadAsync(await bob.NewTabAsync(), 1);
    }

    [Fact]
    public async Task Seven_tabs_share_one_stream_and_each_hears_everything_once()
    {
        await using var ann = await site.SignUpAsync();
        await using var bob = await site.SignUpAsync();
        await HasContactsAsync(ann);
        List<IPage> tabs = [bob.Page];
        while (tabs.Count < Tabs)
        {
            var tab = await bob.NewTabAsync();
            await Person.IsLiveAsync(tab);
            tabs.Add(tab);
        }

        Assert.Equal(1, bob.StreamRequests);
        await ShareFirstContactAsync(ann, bob);
        foreach (var tab in tabs)
        {
            await Person.HasUnreadAsync(tab, 1);
        }

        // The first tab has the connection. When it goes, another takes over.
        await tabs[0].CloseAsync();
        await Until.TrueAsync(() => bob.StreamRequests == 2, "another tab opens the stream");
        await ShareFirstContactAsync(ann, bob);
        foreach (var tab in tabs.Skip(1))
        {
            await Person.HasUnreadAsync(tab, 2);
        }

        Assert.Equal(2, bob.StreamRequests);
    }

    [Fact]
    public async Task Page_outlives_a_restart_of_the_broker()
    {
        await using var ann = await site.SignUpAsync();
        await using var bob = await site.SignUpAsync();
        await HasContactsAsync(ann);

        await site.Broker.KillAsync();
        await Person.Connection(bob.Page, "delayed").WaitForAsync();
        // Kept in the database until the broker is back.
        await ShareFirstContactAsync(ann, bob);
        await site.Broker.StartAsync(TestContext.Current.CancellationToken);

        await Person.IsLiveAsync(bob.Page);
        await Person.HasUnreadAsync(bob.Page, 1);
    }

    [Fact]
    public async Task Import_goes_on_while_the_broker_is_restarted()
    {
        await using var ann = await site.SignUpAsync();
        await ann.StartImportAsync(rows: 30_000, "large.csv");

        await site.Broker.KillAsync();
        await site.Broker.StartAsync(TestContext.Current.CancellationToken);

        await ann.Page.GetByRole(AriaRole.Article, new() { Name = "Import of large.csv" }).GetByText("Done").WaitForAsync();
        await Person.HasUnreadAsync(ann.Page, 1);
    }

    [Fact]
    public async Task Signing_out_in_one_tab_signs_out_all()
    {
        await using var ann = await site.SignUpAsync();
        var other = await ann.NewTabAsync();
        await Person.IsLiveAsync(other);

        await ann.Page.GetByRole(AriaRole.Button, new() { Name = "Account" }).ClickAsync();
        await ann.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();

        await ann.Page.GetByRole(AriaRole.Heading, new() { Name = "Sign in" }).WaitForAsync();
        await other.GetByRole(AriaRole.Heading, new() { Name = "Sign in" }).WaitForAsync();
    }

    [Fact]
    public async Task Plain_EventSource_hears_the_same_events()
    {
        await using var ann = await site.SignUpAsync();
        await using var bob = await site.SignUpAsync();
        await HasContactsAsync(ann);
        await bob.Page.EvaluateAsync(
            """
            () => new Promise((opened) => {
              window.heard = [];
              const source = new EventSource('/sse/');
              for (const name of ['contact.shared', 'notification']) {
                source.addEventListener(name, (event) => window.heard.push({ name, data: JSON.parse(event.data), id: event.lastEventId }));
              }
              source.onopen = () => opened();
            })
            """);

        await ShareFirstContactAsync(ann, bob);

        await bob.Page.WaitForFunctionAsync("() => window.heard.length === 2");
        var heard = await bob.Page.EvaluateAsync<JsonElement>("() => window.heard");
        var shared = heard.EnumerateArray().Single(e => e.GetProperty("name").GetString() == "contact.shared");
        Assert.Equal(ann.Email, shared.GetProperty("data").GetProperty("from").GetString());
        Assert.NotEqual("", shared.GetProperty("id").GetString());
    }

    [Theory]
    [InlineData(1280, 800)]
    [InlineData(390, 844)]
    [InlineData(320, 640)]
    public async Task Page_fits_its_window(int width, int height)
    {
        await using var ann = await site.SignUpAsync();
        await HasContactsAsync(ann);
        await ann.Page.SetViewportSizeAsync(width, height);
        foreach (var path in (string[])["/", "/imports"])
        {
            await ann.Page.GotoAsync(path);
            await Person.IsLiveAsync(ann.Page);

            Assert.True(await ann.Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"), $"{path} is wider than {width} pixels.");
        }
    }

    private static async Task HasContactsAsync(Person person)
    {
        await person.UploadAsync(rows: 60);
        await person.Page.GetByRole(AriaRole.Article).GetByText("Done").WaitForAsync();
        await person.Page.GetByRole(AriaRole.Navigation, new() { Name = "Main" }).GetByRole(AriaRole.Link, new() { Name = "Contacts" }).ClickAsync();
    }

    private static async Task ShareFirstContactAsync(Person from, Person to)
    {
        await from.Page.Locator(".row-button").First.ClickAsync();
        await from.Page.GetByLabel("Share with").FillAsync(to.Email);
        await from.Page.GetByRole(AriaRole.Button, new() { Name = "Share", Exact = true }).ClickAsync();
        await from.Page.Locator("dialog").GetByText($"{to.Email} has").WaitForAsync();
        await from.Page.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
    }
}
