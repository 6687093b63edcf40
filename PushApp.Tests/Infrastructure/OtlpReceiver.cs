using System.Collections.Concurrent;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PushApp.Dashboard.Otlp.Wire;

namespace PushApp.Tests.Infrastructure;

/// <summary>A collector of a test's own: OTLP over gRPC and over HTTP with protobuf, with a key. It keeps what came.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    // Percent-encoded on its way. Without a comma: OpenTelemetry's exporter decodes headers first, and parts them then.
    public const string Key = "key of a=test";
    public const string KeyHeader = "x-otlp-api-key";

    /// <summary>Takes traces over HTTP, too: an address that is given for traces alone is the whole one.</summary>
    public const string ElsewherePath = "/elsewhere";

    private readonly WebApplication _app;

    private OtlpReceiver(WebApplication app, Uri grpc, Uri http) => (_app, Grpc, Http) = (app, grpc, http);

    public Uri Grpc { get; }

    public Uri Http { get; }

    public ConcurrentQueue<ReceivedSpan> Spans { get; } = new();

    public ConcurrentQueue<Metric> Metrics { get; } = new();

    public ConcurrentQueue<LogRecord> Logs { get; } = new();

    /// <summary>What the next requests with traces over HTTP are answered instead of being taken; 503 and 429 with a Retry-After of a second.</summary>
    public ConcurrentQueue<int> Faults { get; } = new();

    /// <summary>Requests without the key.</summary>
    public int Refused => _refused;

    private int _refused;

    public static async Task<OtlpReceiver> StartAsync()
    {
        var (grpc, http) = (FreePort.Next(), FreePort.Next());
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddGrpc();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ListenLocalhost(grpc, listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.ListenLocalhost(http);
        });
        OtlpReceiver? receiver = null;
        builder.Services.AddSingleton(_ => receiver!);
        var app = builder.Build();
        receiver = new OtlpReceiver(app, new Uri($"http://localhost:{grpc}"), new Uri($"http://localhost:{http}"));
        app.Use(receiver.CheckKeyAsync);
        app.MapGrpcService<Traces>();
        app.MapGrpcService<MetricsReceiver>();
        app.MapGrpcService<LogsReceiver>();
        app.MapPost("/v1/traces", receiver.TakeTracesAsync);
        app.MapPost(ElsewherePath, receiver.TakeTracesAsync);
        app.MapPost("/v1/metrics", async context => receiver.Take(ExportMetricsRequest.Parser.ParseFrom(await BodyAsync(context))));
        app.MapPost("/v1/logs", async context => receiver.Take(ExportLogsRequest.Parser.ParseFrom(await BodyAsync(context))));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    /// <summary>What a service is told so that it sends here.</summary>
    public Dictionary<string, string?> Environment(string protocol) => new()
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = (protocol == "grpc" ? Grpc : Http).ToString(),
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = protocol,
        ["OTEL_EXPORTER_OTLP_HEADERS"] = $"{KeyHeader}={Uri.EscapeDataString(Key)}",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "500",
        ["OTEL_BLRP_SCHEDULE_DELAY"] = "500",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "1000",
        ["OTEL_METRICS_EXEMPLAR_FILTER"] = "trace_based",
    };

    /// <summary>Waits for a span.</summary>
    public async Task<ReceivedSpan> SpanAsync(Func<ReceivedSpan, bool> isWanted, string what)
    {
        await Until.TrueAsync(() => Refused > 0 || Spans.Any(isWanted), what, TimeSpan.FromSeconds(60));
        Assert.Equal(0, Refused);
        return Spans.First(isWanted);
    }

    /// <summary>A span and those above it, up to the root. Waits for each, as processes send when they like.</summary>
    public async Task<IReadOnlyList<ReceivedSpan>> PathAsync(ReceivedSpan span)
    {
        var path = new List<ReceivedSpan> { span };
        while (path[^1] is { ParentId.Length: > 0 } child)
        {
            path.Add(await SpanAsync(other => other.TraceId == child.TraceId && other.Id == child.ParentId, $"the parent of {child}, below {string.Join(", ", path)}"));
        }

        return path;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task<byte[]> BodyAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        return body.ToArray();
    }

    private Task CheckKeyAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Headers[KeyHeader] == Key)
        {
            return next(context);
        }

        Interlocked.Increment(ref _refused);
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        return Task.CompletedTask;
    }

    private async Task TakeTracesAsync(HttpContext context)
    {
        var body = await BodyAsync(context);
        if (Faults.TryDequeue(out var status))
        {
            context.Response.StatusCode = status;
            if (status is StatusCodes.Status503ServiceUnavailable or StatusCodes.Status429TooManyRequests)
            {
                context.Response.Headers.RetryAfter = "1";
            }

            return;
        }

        Take(ExportTraceRequest.Parser.ParseFrom(body));
    }

    private ExportResponse Take(ExportTraceRequest request)
    {
        foreach (var resource in request.ResourceSpans)
        {
            foreach (var span in resource.ScopeSpans.SelectMany(scope => scope.Spans))
            {
                Spans.Enqueue(new ReceivedSpan(resource.Resource, span));
            }
        }

        return new ExportResponse();
    }

    private ExportResponse Take(ExportMetricsRequest request)
    {
        foreach (var metric in request.ResourceMetrics.SelectMany(resource => resource.ScopeMetrics).SelectMany(scope => scope.Metrics))
        {
            Metrics.Enqueue(metric);
        }

        return new ExportResponse();
    }

    private ExportResponse Take(ExportLogsRequest request)
    {
        foreach (var log in request.ResourceLogs.SelectMany(resource => resource.ScopeLogs).SelectMany(scope => scope.LogRecords))
        {
            Logs.Enqueue(log);
        }

        return new ExportResponse();
    }

    private sealed class Traces(OtlpReceiver receiver) : TraceService.TraceServiceBase
    {
        public override Task<ExportResponse> Export(ExportTraceRequest request, ServerCallContext context) => Task.FromResult(receiver.Take(request));
    }

    private sealed class MetricsReceiver(OtlpReceiver receiver) : MetricsService.MetricsServiceBase
    {
        public override Task<ExportResponse> Export(ExportMetricsRequest request, ServerCallContext context) => Task.FromResult(receiver.Take(request));
    }

    private sealed class LogsReceiver(OtlpReceiver receiver) : LogsService.LogsServiceBase
    {
        public override Task<ExportResponse> Export(ExportLogsRequest request, ServerCallContext context) => Task.FromResult(receiver.Take(request));
    }
}

/// <summary>A span and who sent it.</summary>
internal sealed class ReceivedSpan(Resource resource, Span span)
{
    public string Service { get; } = Text(resource.Attributes, "service.name") ?? "";

    /// <summary>The replica.</summary>
    public string? Instance { get; } = Text(resource.Attributes, "service.instance.id");

    public string Name { get; } = span.Name;

    public string TraceId { get; } = Convert.ToHexStringLower(span.TraceId.Span);

    public string Id { get; } = Convert.ToHexStringLower(span.SpanId.Span);

    /// <summary>Empty for a root.</summary>
    public string ParentId { get; } = Convert.ToHexStringLower(span.ParentSpanId.Span);

    public SpanKind Kind { get; } = span.Kind;

    public Span Wire { get; } = span;

    public string? this[string attribute] => Text(Wire.Attributes, attribute);

    public override string ToString() => $"{Service}: {Name}";

    private static string? Text(IEnumerable<KeyValue> attributes, string key) => attributes.FirstOrDefault(attribute => attribute.Key == key)?.Value.StringValue;
}
