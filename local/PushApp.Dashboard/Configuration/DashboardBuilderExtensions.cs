using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace PushApp.Dashboard.Configuration;

/// <summary>Options, and the addresses that they name.</summary>
internal static class DashboardBuilderExtensions
{
    public static void AddDashboardOptions(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<DashboardOptions>().BindConfiguration(DashboardOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<DashboardOptions>, ValidateDashboardOptions>();
    }

    public static void AddListeners(this WebApplicationBuilder builder) => builder.WebHost.ConfigureKestrel(kestrel =>
    {
        var options = kestrel.ApplicationServices.GetRequiredService<IOptions<DashboardOptions>>().Value;
        kestrel.AddServerHeader = false;
        Listen(options.FrontendUrl, HttpProtocols.Http1);
        // Without TLS nothing can be negotiated: gRPC needs a port of its own.
        Listen(options.OtlpGrpcUrl, HttpProtocols.Http2);
        Listen(options.OtlpHttpUrl, HttpProtocols.Http1);

        void Listen(string url, HttpProtocols protocols)
        {
            if (LoopbackUrl.TryParse(url, out var parsed))
            {
                kestrel.ListenLocalhost(parsed.Port, listen => listen.Protocols = protocols);
            }
        }
    });
}
