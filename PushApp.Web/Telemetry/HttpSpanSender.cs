using System.Net.Http.Headers;
using Google.Protobuf;
using PushApp.Web.Telemetry.Otlp;

namespace PushApp.Web.Telemetry;

/// <summary>OTLP over HTTP, in protobuf (https://opentelemetry.io/docs/specs/otlp/#otlphttp).</summary>
internal sealed class HttpSpanSender(OtlpTarget target) : ISpanSender
{
    // Neither redirects nor cookies: the headers hold a key, and go where the settings say.
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    public async Task SendAsync(ExportTraceServiceRequest request, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, target.Endpoint) { Content = new ByteArrayContent(request.ToByteArray()) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        foreach (var (name, value) in target.Headers)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await _client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.EnsureSuccessStatusCode();
    }

    public void Dispose() => _client.Dispose();
}
