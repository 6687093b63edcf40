using System.Globalization;
using Microsoft.Playwright;

namespace PushApp.Tests.Browser;

public sealed class ImportOnThePageTests(AppHostSite site) : IClassFixture<AppHostSite>
{
    [Fact]
    public async Task Person_signs_up_uploads_watches_and_is_notified()
    {
        await using var person = await site.SignUpAsync();
        var page = person.Page;
        await page.GetByRole(AriaRole.Heading, new() { Name = "Your address book is empty" }).WaitForAsync();

        await person.StartImportAsync(rows: 10_000);

        var card = page.GetByRole(AriaRole.Article, new() { Name = "Import of contacts.csv" });
        await card.GetByText("Done").WaitForAsync();
        var counts = await card.Locator(".count dd").AllTextContentsAsync();
        var numbers = counts.Select(count => int.Parse(count, NumberStyles.AllowThousands, CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(10_000, numbers.Sum());
        // Added, updated, unchanged, rejected: every 400th row holds nobody.
        Assert.Equal(25, numbers[3]);
        Assert.Equal("just now", await card.Locator("time").InnerTextAsync());
        await page.Locator(".toast").First.WaitForAsync();
        await Person.HasUnreadAsync(page, 1);

        var download = await page.RunAndWaitForDownloadAsync(() => card.GetByRole(AriaRole.Link).ClickAsync());
        Assert.Equal("contacts-rejected.csv", download.SuggestedFilename);

        await Person.Bell(page).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Mark all as read" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Notifications", Exact = true }).WaitForAsync();

        await page.Keyboard.PressAsync("Escape");
        await page.GetByRole(AriaRole.Link, new() { Name = "Contacts", Exact = true }).ClickAsync();
        await page.GetByText($"{counts[0]} contacts").WaitForAsync();
        await page.GetByLabel("Search contacts").FillAsync("bianchi");
        await page.GetByText("for “bianchi”").WaitForAsync();
        Assert.Empty(person.Complaints);
    }

    [Fact]
    public async Task Reload_while_importing_picks_the_progress_up()
    {
        await using var person = await site.SignUpAsync();
        var page = person.Page;
        await person.StartImportAsync(rows: 100_000, "large.csv");

        await page.ReloadAsync();

        await page.GetByRole(AriaRole.Progressbar, new() { Name = "Import of large.csv" }).WaitForAsync();
        await Person.HasUnreadAsync(page, 1);
        await page.GetByRole(AriaRole.Article, new() { Name = "Import of large.csv" }).GetByText("Done").WaitForAsync();
    }

    [Fact]
    public async Task Running_import_can_be_cancelled()
    {
        await using var person = await site.SignUpAsync();
        var page = person.Page;
        var card = page.GetByRole(AriaRole.Article, new() { Name = "Import of large.csv" });
        await person.StartImportAsync(rows: 200_000, "large.csv");

        await card.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();

        await card.GetByText("Cancelled").WaitForAsync();
        await card.Locator(".count").First.WaitForAsync();
    }

    [Fact]
    public async Task Pause_of_all_imports_is_told_while_it_lasts()
    {
        await using var person = await site.SignUpAsync();
        var page = person.Page;
        await page.GetByRole(AriaRole.Navigation, new() { Name = "Main" }).GetByRole(AriaRole.Link, new() { Name = "Imports" }).ClickAsync();
        var notice = page.GetByText("Imports are paused.");

        await site.CommandAsync("worker", "pause-imports");
        await notice.WaitForAsync();
        await person.UploadAsync(rows: 10);
        await page.GetByText("Waits in the queue: imports are paused").WaitForAsync();
        await page.ReloadAsync();
        await notice.WaitForAsync();

        await site.CommandAsync("worker", "resume-imports");
        await Assertions.Expect(notice).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Article, new() { Name = "Import of contacts.csv" }).GetByText("Done").WaitForAsync();
    }

    [Theory]
    [InlineData("0198f1c4-0000-7000-8000-000000000000")]
    [InlineData("none")]
    public async Task Address_of_an_import_that_is_not_there_says_so_and_leads_to_those_that_are(string id)
    {
        await using var person = await site.SignUpAsync();
        var page = person.Page;

        await page.GotoAsync($"/?import={id}");

        var notice = page.GetByText("There is no such import among yours.");
        await notice.WaitForAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Show my imports" }).ClickAsync();
        await Assertions.Expect(notice).ToHaveCountAsync(0);
        await Assertions.Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/imports$"));
    }

    [Fact]
    public async Task Address_of_an_older_import_than_those_listed_shows_it()
    {
        await using var person = await site.SignUpAsync();
        var page = person.Page;
        await person.UploadAsync(rows: 10);
        var card = page.Locator(".import-card[data-state=completed]");
        await card.WaitForAsync();
        var id = await card.GetAttributeAsync("data-import");
        // As if fifty others had come since.
        await page.RouteAsync("**/api/imports?*", route => route.FulfillAsync(new() { ContentType = "application/json", Body = """{"items":[],"total":0}""" }));

        await page.GotoAsync($"/?import={id}");

        await Assertions.Expect(page.Locator($".import-card.shown[data-import='{id}']")).ToHaveCountAsync(1);
        Assert.Empty(person.Complaints);
    }

    [Fact]
    public async Task Address_that_leads_nowhere_says_so_and_leads_home()
    {
        await using var person = await site.SignUpAsync();
        var page = person.Page;
        Assert.Equal(404, (await page.GotoAsync("/nowhere"))!.Status);
        await page.GetByRole(AriaRole.Heading, new() { Name = "There is no such page" }).WaitForAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "Go to the start" }).ClickAsync();

        await page.GetByRole(AriaRole.Heading, new() { Name = "Contacts", Exact = true }).WaitForAsync();
    }

    [Fact]
    public async Task File_that_is_no_address_book_is_refused_with_a_reason()
    {
        await using var person = await site.SignUpAsync();
        var page = person.Page;
        await page.GetByRole(AriaRole.Link, new() { Name = "Import", Exact = true }).ClickAsync();

        await page.Locator("#import-file").SetInputFilesAsync(new FilePayload { Name = "photo.csv", MimeType = "text/csv", Buffer = [0x89, 0x50, 0x4E, 0x47, 0, 0, 0, 13] });

        await page.Locator(".dropzone .form-error").WaitForAsync();
    }
}
