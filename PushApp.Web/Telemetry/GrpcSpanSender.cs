using Grpc.Core;
using Grpc.Net.Client;
using PushApp.Web.Telemetry.Otlp;

namespace PushApp.Web.Telemetry;

/// <summary>OTLP over gRPC (https://opentelemetry.io/docs/specs/otlp/#otlpgrpc).</summary>
internal sealed class GrpcSpanSender : ISpanSender
{
    private readonly GrpcChannel _channel;
    private readonly TraceService.TraceServiceClient _client;
    private readonly Metadata _headers = [];

    public GrpcSpanSender(OtlpTarget target)
    {
        _channel = GrpcChannel.ForAddress(target.Endpoint);
        _client = new TraceService.TraceServiceClient(_channel);
        foreach (var (name, value) in target.Headers)
        {
            _headers.Add(name, value);
        }
    }

    public async Task SendAsync(ExportTraceServiceRequest request, CancellationToken cancellationToken) =>
        await _client.ExportAsync(request, _headers, cancellationToken: cancellationToken);

    public void Dispose() => _channel.Dispose();
}
