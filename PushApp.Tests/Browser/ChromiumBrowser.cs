using Microsoft.Playwright;
using PushApp.Tests.Infrastructure;
using PushApp.Tests.Integration.Web;

namespace PushApp.Tests.Browser;

/// <summary>One Chromium for the tests of a class; each test takes a context of its own: a person with cookies of their own.</summary>
public sealed class ChromiumBrowser : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Skips the test where no Chromium is on PATH (fails it in CI).</summary>
    public async Task<IBrowserContext> NewContextAsync(Uri address)
    {
        var program = Prerequisite.Program("chromium", "install Chromium to run the tests of the page.");
        await _gate.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            _playwright ??= await Playwright.CreateAsync();
            _browser ??= await _playwright.Chromium.LaunchAsync(new()
            {
                ExecutablePath = program,
                // In a container there is no user namespace for the sandbox, no GPU, and little shared memory.
                Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
            });
        }
        finally
        {
            _gate.Release();
        }

        var context = await _browser.NewContextAsync(new() { BaseURL = address.ToString(), ViewportSize = new() { Width = 1280, Height = 800 } });
        context.SetDefaultTimeout(60_000);
        return context;
    }

    /// <summary>A person in front of a site: a context of their own, signed up.</summary>
    internal async Task<Person> SignUpAsync(Uri address)
    {
        var person = new Person(await NewContextAsync(address), WebNode.NewEmail());
        await person.SignUpAsync();
        return person;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        _gate.Dispose();
    }
}
