using System.Net.Http.Headers;
using Google.Protobuf;
using PushApp.Dashboard.Otlp.Wire;

namespace PushApp.Tests.Infrastructure;

/// <summary>The dashboard as a process, without an AppHost: its pages need the files beside it.</summary>
internal sealed class DashboardAlone : IAsyncDisposable
{
    public const string Token = "0123456789abcdef";
    private const string Key = "fedcba9876543210";

    private readonly ChildProcess _process;
    private readonly Uri _otlp;

    private DashboardAlone(ChildProcess process, Uri frontend, Uri otlp) => (_process, Frontend, _otlp) = (process, frontend, otlp);

    public Uri Frontend { get; }

    public static async Task<DashboardAlone> StartAsync()
    {
        var (frontend, otlp) = (new Uri($"http://localhost:{FreePort.Next()}"), new Uri($"http://localhost:{FreePort.Next()}"));
        var process = ChildProcess.StartProject("PushApp.Dashboard", [], new Dictionary<string, string?>
        {
            ["Dashboard__FrontendUrl"] = frontend.ToString(),
            ["Dashboard__OtlpHttpUrl"] = otlp.ToString(),
            ["Dashboard__BrowserToken"] = Token,
            ["Dashboard__OtlpApiKey"] = Key,
        });
        await Until.TrueAsync(() => process.HasExited || process.Output.Contains("dashboard ready", StringComparison.Ordinal), "the dashboard is ready", TimeSpan.FromMinutes(1));
        Assert.False(process.HasExited, process.Output);
        return new DashboardAlone(process, frontend, otlp);
    }

    public async Task SendAsync(ExportTraceRequest request)
    {
        using var client = new HttpClient();
        using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(_otlp, "/v1/traces")) { Content = new ByteArrayContent(request.ToByteArray()) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        message.Headers.Add("x-otlp-api-key", Key);
        using var response = await client.SendAsync(message, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
