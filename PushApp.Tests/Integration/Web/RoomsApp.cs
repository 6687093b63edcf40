using System.Net.Http.Json;
using Aspire.Hosting.Testing;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Web;

/// <summary>The whole app for the tests of its rooms: two web nodes behind the AppHost's one address, which hands each connection to the next of them.</summary>
public sealed class RoomsApp : IAsyncLifetime
{
    private AppFixture? _app;

    public Uri Address => App.WebAddress;

    public HttpClient Http { get; private set; } = null!;

    private AppFixture App => _app!;

    public async ValueTask InitializeAsync()
    {
        _app = await AppFixture.StartAsync(BrokerKind.Garnet, "--PushApp:Acknowledge=Memory");
        Http = App.CreateWebClient();
    }

    public async Task<string> BrokerAsync() => (await App.App.GetConnectionStringAsync("redis", TestContext.Current.CancellationToken))!;

    /// <summary>Registers a user and signs in over HTTP.</summary>
    /// <returns>The headers of a client that is this user.</returns>
    public async Task<Dictionary<string, string>> SignUpAsync()
    {
        // A connection of its own, so that users sign in at either node.
        using var http = App.CreateWebClient();
        var account = new { email = WebNode.NewEmail(), password = "correct horse" };
        using var registered = await http.PostAsJsonAsync("/api/account/register", account, TestContext.Current.CancellationToken);
        registered.EnsureSuccessStatusCode();
        using var signedIn = await http.PostAsJsonAsync("/api/account/login?useCookies=true", account, TestContext.Current.CancellationToken);
        signedIn.EnsureSuccessStatusCode();
        return new() { ["Cookie"] = signedIn.Headers.GetValues("Set-Cookie").Single().Split(';')[0] };
    }

    public async ValueTask DisposeAsync()
    {
        Http?.Dispose();
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }
}
