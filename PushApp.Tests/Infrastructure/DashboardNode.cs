using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using PushApp.Dashboard.Store;

namespace PushApp.Tests.Infrastructure;

/// <summary>The dashboard alone, inside the test process, on ports of its own.</summary>
internal sealed class DashboardNode : IAsyncDisposable
{
    public const string Key = "a key of this test's own";
    public const string Token = "a token of this test's own";

    private readonly WebApplication _app;

    private DashboardNode(WebApplication app, Uri frontend, Uri grpc, Uri http) => (_app, Frontend, Grpc, Http) = (app, frontend, grpc, http);

    public Uri Frontend { get; }

    public Uri Grpc { get; }

    public Uri Http { get; }

    public TelemetryStore Store => _app.Services.GetRequiredService<TelemetryStore>();

    public static async Task<DashboardNode> StartAsync(params string[] settings)
    {
        var (frontend, grpc, http) = (Address(), Address(), Address());
        var app = PushApp.Dashboard.Program.Build([
            $"--Dashboard:FrontendUrl={frontend}", $"--Dashboard:OtlpGrpcUrl={grpc}", $"--Dashboard:OtlpHttpUrl={http}",
            $"--Dashboard:OtlpApiKey={Key}", $"--Dashboard:BrowserToken={Token}", "--Logging:LogLevel:Default=Warning", .. settings]);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new DashboardNode(app, frontend, grpc, http);
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private static Uri Address() => new($"http://localhost:{FreePort.Next()}");
}
