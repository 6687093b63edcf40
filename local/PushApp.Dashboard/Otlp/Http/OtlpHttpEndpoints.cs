using System.IO.Compression;
using System.Text.Json;
using Google.Protobuf;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using PushApp.Dashboard.Configuration;
using PushApp.Dashboard.Otlp.Wire;

namespace PushApp.Dashboard.Otlp.Http;

/// <summary>OTLP over HTTP: <c>POST /v1/traces</c>, <c>/v1/logs</c>, <c>/v1/metrics</c>, as protobuf or JSON, gzipped or not. https://opentelemetry.io/docs/specs/otlp/#otlphttp.</summary>
internal static class OtlpHttpEndpoints
{
    private const string Protobuf = "application/x-protobuf";
    private const string Json = "application/json";

    public static IEndpointConventionBuilder MapOtlpHttp(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/v1");
        group.MapPost("/traces", (HttpContext context, OtlpExport export) => TakeAsync<ExportTraceRequest>(context, export.Take));
        group.MapPost("/logs", (HttpContext context, OtlpExport export) => TakeAsync<ExportLogsRequest>(context, export.Take));
        group.MapPost("/metrics", (HttpContext context, OtlpExport export) => TakeAsync<ExportMetricsRequest>(context, export.Take));
        return group;
    }

    private static async Task<IResult> TakeAsync<T>(HttpContext context, Func<T, ExportResponse> take)
        where T : IMessage<T>, new()
    {
        var type = context.Request.ContentType?.Split(';')[0].Trim();
        var isJson = string.Equals(type, Json, StringComparison.OrdinalIgnoreCase);
        if (!isJson && !string.Equals(type, Protobuf, StringComparison.OrdinalIgnoreCase))
        {
            return TypedResults.Problem($"Content-Type is '{type}': send {Protobuf} or {Json}.", statusCode: StatusCodes.Status415UnsupportedMediaType);
        }

        var encoding = context.Request.Headers.ContentEncoding.ToString();
        if (encoding.Length > 0 && !encoding.Equals("gzip", StringComparison.OrdinalIgnoreCase) && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            return TypedResults.Problem($"Content-Encoding is '{encoding}': send gzip, or leave it out.", statusCode: StatusCodes.Status415UnsupportedMediaType);
        }

        var limit = context.RequestServices.GetRequiredService<IOptions<DashboardOptions>>().Value.Limits.MaxRequestBytes;

        // Counted below, unpacked.
        context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize = null;
        T request;
        try
        {
            var body = await ReadAsync(context, encoding.Equals("gzip", StringComparison.OrdinalIgnoreCase), limit);
            if (body is null)
            {
                return TypedResults.Problem($"The request has more than {limit} bytes, unpacked: send smaller batches, or raise Dashboard:Limits:MaxRequestBytes.", statusCode: StatusCodes.Status413PayloadTooLarge);
            }

            request = isJson ? OtlpJson.Read<T>(body.Value) : new MessageParser<T>(() => new T()).ParseFrom(body.Value.Span);
        }
        catch (Exception exception) when (exception is FormatException or InvalidProtocolBufferException or InvalidDataException)
        {
            return TypedResults.Problem($"The body cannot be read: {exception.Message}", statusCode: StatusCodes.Status400BadRequest);
        }

        return new Answer(take(request), isJson);
    }

    /// <summary>Null when there is more than may be.</summary>
    private static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpContext context, bool isGzip, int limit)
    {
        var body = context.Request.Body;
        await using var unpacked = isGzip ? new GZipStream(body, CompressionMode.Decompress) : null;
        var source = (Stream?)unpacked ?? body;
        using var buffer = new MemoryStream();
        var chunk = new byte[16 * 1024];
        while (await source.ReadAsync(chunk, context.RequestAborted) is > 0 and var count)
        {
            if (buffer.Length + count > limit)
            {
                return null;
            }

            buffer.Write(chunk, 0, count);
        }

        return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
    }

    /// <summary>In the request's own format.</summary>
    private sealed class Answer(ExportResponse response, bool isJson) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.ContentType = isJson ? Json : Protobuf;
            using var buffer = new MemoryStream();
            if (isJson)
            {
                await using var writer = new Utf8JsonWriter(buffer);
                OtlpJson.Write(writer, response);
            }
            else
            {
                response.WriteTo(buffer);
            }

            httpContext.Response.ContentLength = buffer.Length;
            buffer.Position = 0;
            await buffer.CopyToAsync(httpContext.Response.Body, httpContext.RequestAborted);
        }
    }
}
