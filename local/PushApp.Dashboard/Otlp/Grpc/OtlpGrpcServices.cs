using Grpc.Core;
using PushApp.Dashboard.Otlp.Wire;

namespace PushApp.Dashboard.Otlp.Grpc;

internal sealed class OtlpTraceService(OtlpExport export) : TraceService.TraceServiceBase
{
    public override Task<ExportResponse> Export(ExportTraceRequest request, ServerCallContext context) => Task.FromResult(export.Take(request));
}

internal sealed class OtlpLogsService(OtlpExport export) : LogsService.LogsServiceBase
{
    public override Task<ExportResponse> Export(ExportLogsRequest request, ServerCallContext context) => Task.FromResult(export.Take(request));
}

internal sealed class OtlpMetricsService(OtlpExport export) : MetricsService.MetricsServiceBase
{
    public override Task<ExportResponse> Export(ExportMetricsRequest request, ServerCallContext context) => Task.FromResult(export.Take(request));
}
