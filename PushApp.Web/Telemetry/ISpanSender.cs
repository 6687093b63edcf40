using PushApp.Web.Telemetry.Otlp;

namespace PushApp.Web.Telemetry;

/// <summary>Sends spans on.</summary>
internal interface ISpanSender : IDisposable
{
    /// <exception cref="HttpRequestException">Not taken.</exception>
    /// <exception cref="Grpc.Core.RpcException">Not taken.</exception>
    /// <exception cref="OperationCanceledException">No answer in time.</exception>
    Task SendAsync(ExportTraceServiceRequest request, CancellationToken cancellationToken);
}
