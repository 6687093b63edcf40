using Grpc.AspNetCore.Server;
using Microsoft.Extensions.Options;
using PushApp.Dashboard.Configuration;
using PushApp.Dashboard.Otlp.Grpc;
using PushApp.Dashboard.Otlp.Http;
using PushApp.Dashboard.Store;

namespace PushApp.Dashboard.Otlp;

/// <summary>The OTLP receiver.</summary>
internal static class OtlpExtensions
{
    public static void AddTelemetryReceiver(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<TelemetryStore>();
        builder.Services.AddSingleton<OtlpExport>();
        builder.Services.AddGrpc();
        builder.Services.AddOptions<GrpcServiceOptions>().Configure<IOptions<DashboardOptions>>((grpc, dashboard) => grpc.MaxReceiveMessageSize = dashboard.Value.Limits.MaxRequestBytes);
    }

    public static void MapTelemetryReceiver(this WebApplication app)
    {
        var mark = new OtlpEndpointAttribute();
        app.MapGrpcService<OtlpTraceService>().WithMetadata(mark);
        app.MapGrpcService<OtlpLogsService>().WithMetadata(mark);
        app.MapGrpcService<OtlpMetricsService>().WithMetadata(mark);
        app.MapOtlpHttp().WithMetadata(mark);
    }
}
