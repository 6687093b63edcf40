using System.Collections.Concurrent;
using Microsoft.Playwright;
using PushApp.Web.Site;

namespace PushApp.Tests.Browser;

/// <summary>What a person does on the site, and what their tabs complained about.</summary>
internal sealed class Person(IBrowserContext context, string email) : IAsyncDisposable
{
    private const string Password = "correct horse battery";

    public string Email { get; } = email;

    public IBrowserContext Context { get; } = context;

    /// <summary>The first tab.</summary>
    public IPage Page { get; private set; } = null!;

    /// <summary>Errors on the console: a violated content security policy, an exception, an answer that was none.</summary>
    public ConcurrentQueue<string> Complaints { get; } = new();

    /// <summary>How many streams the tabs have opened so far.</summary>
    public int StreamRequests => _streamRequests;

    private int _streamRequests;

    public async Task SignUpAsync()
    {
        Page = await NewTabAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Create an account" }).ClickAsync();
        await Page.GetByLabel("E-mail address").FillAsync(Email);
        await Page.GetByLabel("Password", new() { Exact = true }).FillAsync(Password);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Create account" }).ClickAsync();
        await IsLiveAsync(Page);
    }

    public async Task<IPage> NewTabAsync()
    {
        var page = await Context.NewPageAsync();
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                Complaints.Enqueue(message.Text);
            }
        };
        page.PageError += (_, error) => Complaints.Enqueue(error);
        page.Request += (_, request) =>
        {
            if (new Uri(request.Url).AbsolutePath == "/sse/")
            {
                Interlocked.Increment(ref _streamRequests);
            }
        };
        await page.GotoAsync("/");
        return page;
    }

    /// <summary>Waits until a tab says that it hears of changes.</summary>
    public static Task IsLiveAsync(IPage page) => Connection(page, "live").WaitForAsync();

    /// <summary>Waits until a tab shows that state of its connection.</summary>
    public static ILocator Connection(IPage page, string state) => page.Locator($".connection[data-state={state}]");

    /// <summary>Takes a tab's live updates over "Server-Sent Events" or "Socket.IO" from now on.</summary>
    public static async Task ChooseTransportAsync(IPage page, string transport)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Account" }).ClickAsync();
        await page.GetByLabel(transport).CheckAsync();
        await page.Keyboard.PressAsync("Escape");
        await IsLiveAsync(page);
    }

    /// <summary>Chooses a made-up address book on the page of imports.</summary>
    public async Task UploadAsync(int rows, string fileName = "contacts.csv")
    {
        using var file = new MemoryStream();
        await SampleAddressBook.WriteAsync(file, rows);
        await Page.GetByRole(AriaRole.Navigation, new() { Name = "Main" }).GetByRole(AriaRole.Link, new() { Name = "Imports" }).ClickAsync();
        await Page.Locator("#import-file").SetInputFilesAsync(new FilePayload { Name = fileName, MimeType = "text/csv", Buffer = file.ToArray() });
    }

    /// <summary>
    /// Chooses a made-up address book on the page of imports, and waits until the page has shown that a worker runs it. The page is watched from before the upload: an import may be over before anyone looks.
    /// </summary>
    public async Task StartImportAsync(int rows, string fileName = "contacts.csv")
    {
        var running = Page.EvaluateAsync(
            """
            (selector) => new Promise((resolve) => {
              const watch = new MutationObserver(() => {
                if (document.querySelector(selector)) {
                  watch.disconnect();
                  resolve();
                }
              });
              watch.observe(document, { subtree: true, childList: true, attributes: true });
            })
            """,
            $"[data-state=running][aria-label='Import of {fileName}'] [role=progressbar]");
        await UploadAsync(rows, fileName);
        await running.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }

    /// <summary>The value of a Cookie header, for requests beside the browser's.</summary>
    public async Task<string> CookieAsync() => string.Join("; ", (await Context.CookiesAsync()).Select(cookie => $"{cookie.Name}={cookie.Value}"));

    public static ILocator Bell(IPage page) => page.GetByRole(AriaRole.Button, new() { Name = "Notifications" });

    /// <summary>Waits until the bell counts that many unread notifications.</summary>
    public static Task HasUnreadAsync(IPage page, int count) =>
        page.GetByRole(AriaRole.Button, new() { Name = $"Notifications, {count} unread" }).WaitForAsync();

    public async ValueTask DisposeAsync() => await Context.DisposeAsync();
}
