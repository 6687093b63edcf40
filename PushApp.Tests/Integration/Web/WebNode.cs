using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Web;

/// <summary>A web node as a process, configured by nothing but its environment.</summary>
internal sealed class WebNode : IAsyncDisposable
{
    private WebNode(ChildProcess process, Uri address)
    {
        Process = process;
        Address = address;
        Http = NewClient();
    }

    public ChildProcess Process { get; }

    public Uri Address { get; }

    /// <summary>A client without cookies.</summary>
    public HttpClient Http { get; }

    /// <summary>Starts the node from a build's output, or from <paramref name="dll"/>, and waits until it answers.</summary>
    /// <param name="redis">The broker's connection string.</param>
    /// <param name="database">The database's.</param>
    /// <param name="settings">What else is in its environment.</param>
    /// <param name="dll">The program.</param>
    /// <param name="workingDirectory">The folder that it is started in.</param>
    public static async Task<WebNode> StartAsync(
        string redis, string database, IReadOnlyDictionary<string, string?>? settings = null, string? dll = null, string? workingDirectory = null)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        Dictionary<string, string?> environment = new()
        {
            ["ConnectionStrings__redis"] = redis,
            ["ConnectionStrings__contacts"] = database,
            ["ASPNETCORE_URLS"] = address.ToString(),
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["Push__StatsInterval"] = "00:00:00",
            ["Push__Streams__RecheckInterval"] = "00:00:01",
        };
        foreach (var (name, value) in settings ?? new Dictionary<string, string?>())
        {
            environment[name] = value;
        }

        var process = ChildProcess.Start(
            ChildProcess.DotNet, [dll ?? BuiltProject.Dll("PushApp.Web")], workingDirectory ?? BuiltProject.Folder("PushApp.Web"), environment);
        var node = new WebNode(process, address);
        try
        {
            await Until.TrueAsync(node.AnswersAsync, "the web node answers", TimeSpan.FromSeconds(60));
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw new InvalidOperationException($"The web node did not start:\n{process.Output}");
        }
    }

    /// <summary>A client that keeps cookies, unless it is not to.</summary>
    public HttpClient NewClient(bool withCookies = false) => new(new SocketsHttpHandler { UseCookies = withCookies, AllowAutoRedirect = false }) { BaseAddress = Address };

    /// <summary>Registers a new account and signs it in by cookie.</summary>
    public async Task<(HttpClient Client, string Email, string Cookie)> SignUpAsync(string password = "correct horse")
    {
        var email = NewEmail();
        var (client, cookie) = await SignUpAsync(email, password);
        return (client, email, cookie);
    }

    /// <summary>Registers an account of that name and signs it in by cookie.</summary>
    public async Task<HttpClient> SignUpAsAsync(string email) => (await SignUpAsync(email, "correct horse")).Client;

    private async Task<(HttpClient Client, string Cookie)> SignUpAsync(string email, string password)
    {
        using var registered = await Http.PostAsJsonAsync("/api/account/register", new { email, password });
        registered.EnsureSuccessStatusCode();
        var cookie = await SignInAsync(email, password);
        var client = NewClient();
        client.DefaultRequestHeaders.Add("Cookie", cookie);
        return (client, cookie);
    }

    /// <summary>Signs in by cookie.</summary>
    /// <returns>The value of a Cookie header.</returns>
    public async Task<string> SignInAsync(string email, string password)
    {
        using var response = await Http.PostAsJsonAsync("/api/account/login?useCookies=true", new { email, password });
        response.EnsureSuccessStatusCode();
        return response.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
    }

    /// <summary>Signs in by bearer token.</summary>
    public async Task<(string Access, string Refresh)> GetTokensAsync(string email, string password)
    {
        using var response = await Http.PostAsJsonAsync("/api/account/login", new { email, password });
        response.EnsureSuccessStatusCode();
        var tokens = await response.Content.ReadFromJsonAsync<JsonElement>();
        return (tokens.GetProperty("accessToken").GetString()!, tokens.GetProperty("refreshToken").GetString()!);
    }

    public static string NewEmail() => $"u{Guid.NewGuid():N}@example.com";

    public static void UseToken(HttpRequestMessage request, string token) => request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Process.DisposeAsync();
    }

    private async Task<bool> AnswersAsync()
    {
        if (Process.HasExited)
        {
            throw new InvalidOperationException(Process.Output);
        }

        try
        {
            using var response = await Http.GetAsync("/api/site", TestContext.Current.CancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
