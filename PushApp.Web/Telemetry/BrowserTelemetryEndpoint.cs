using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Claims;
using System.Threading.RateLimiting;
using Google.Protobuf;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using PushApp.Web.Accounts;
using PushApp.Web.Contacts;
using PushApp.Web.Telemetry.Otlp;

namespace PushApp.Web.Telemetry;

/// <summary>
/// <c>POST /api/telemetry/v1/traces</c>: OTLP over HTTP for the site's own page, which the collector need not be reachable for, nor show its key to. For signed-in users, from the site itself
/// (RequestForgeryCheck), in bounds (<see cref="BrowserTelemetryOptions"/>). Only the spans of <see cref="ShowSpanRules"/> are taken.
/// </summary>
internal sealed partial class BrowserTelemetryEndpoint(
    IOptions<BrowserTelemetryOptions> options,
    SpanRelay relay,
    IEnumerable<IShownEvents> listeners,
    BrowserTelemetryMetrics metrics,
    TimeProvider time,
    ILogger<BrowserTelemetryEndpoint> logger) : IDisposable
{
    public const string Path = "/api/telemetry/v1/traces";

    private const string Protobuf = "application/x-protobuf";
    private const string Json = "application/json";

    private readonly PartitionedRateLimiter<string> _limiter = UserRate.Create(options.Value.Burst, options.Value.PerMinute);
    private readonly IShownEvents[] _listeners = [.. listeners];

    public async Task<IResult> ExportAsync(HttpContext context)
    {
        var type = context.Request.ContentType?.Split(';')[0].Trim();
        var isJson = string.Equals(type, Json, StringComparison.OrdinalIgnoreCase);
        if ((!isJson && !string.Equals(type, Protobuf, StringComparison.OrdinalIgnoreCase)) || context.Request.Headers.ContentEncoding.Count > 0)
        {
            return Problems.UnsupportedMediaType($"Send {Json} or {Protobuf}, and not compressed.");
        }

        // Before anything is read: whoever sent too much costs nothing more, and a request that is refused later, or has no span, is not free.
        if (!TryCount(context, 1, out var tooMany))
        {
            return tooMany;
        }

        if (await ReadAsync(context) is not { } body)
        {
            return Problems.TooLarge($"The request has more than {options.Value.MaxRequestBytes} bytes: send smaller batches.");
        }

        IReadOnlyList<PageSpan> spans;
        int count;
        try
        {
            spans = isJson ? OtlpTraceReader.ReadJson(body.Span, options.Value.MaxSpans, out count) : OtlpTraceReader.ReadProtobuf(body.Span, options.Value.MaxSpans, out count);
        }
        catch (FormatException error)
        {
            return Problems.BadRequest($"The body is no ExportTraceServiceRequest of OTLP: {error.Message} Send what an OTLP exporter sends, as {Json} or {Protobuf}.");
        }

        if (count > options.Value.MaxSpans)
        {
            return Problems.TooLarge($"The request has {count} spans: send at most {options.Value.MaxSpans}.");
        }

        return count > 1 && !TryCount(context, count - 1, out tooMany) ? tooMany : new Answer(Take(spans, context), isJson);
    }

    public void Dispose() => _limiter.Dispose();

    private bool TryCount(HttpContext context, int spans, [NotNullWhen(false)] out IResult? tooMany)
    {
        if (_limiter.TryAcquire(context.User.FindFirstValue(ClaimTypes.NameIdentifier)!, out var wait, spans))
        {
            tooMany = null;
            return true;
        }

        context.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        tooMany = Problems.TooManyRequests($"More than {options.Value.PerMinute} spans a minute: these are not taken. Wait as long as Retry-After says.");
        return false;
    }

    /// <summary>Null when there is more than may be.</summary>
    private async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpContext context)
    {
        var limit = options.Value.MaxRequestBytes;
        if (context.Request.ContentLength > limit)
        {
            return null;
        }

        // Counted here.
        context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize = null;
        using var buffer = new MemoryStream();
        var chunk = new byte[16 * 1024];
        while (await context.Request.Body.ReadAsync(chunk, context.RequestAborted) is > 0 and var count)
        {
            if (buffer.Length + count > limit)
            {
                return null;
            }

            buffer.Write(chunk, 0, count);
        }

        return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
    }

    private PartialSuccess? Take(IReadOnlyList<PageSpan> spans, HttpContext context)
    {
        var now = time.GetUtcNow();
        var userName = context.User.Identity!.Name!;
        string? userAgent = context.Request.Headers.UserAgent;
        string? firstFault = null;
        var rejected = 0;
        foreach (var span in spans)
        {
            if (!ShowSpanRules.TryTake(span, userName, userAgent, now, out var taken, out var fault))
            {
                firstFault ??= fault;
                rejected++;
                continue;
            }

            metrics.Accepted(taken);
            relay.Add(taken);
            Report(taken, now);
        }

        metrics.Rejected(rejected);
        return rejected == 0 ? null : new PartialSuccess { RejectedSpans = rejected, ErrorMessage = firstFault };
    }

    private void Report(ShowSpan span, DateTimeOffset now)
    {
        if (!span.IsShown)
        {
            return;
        }

        var shown = new ShownEvent(
            span.UserName, span.Channel, span.EventName, span.Position, span.Transport, span.ConnectionId, span.TraceId, span.ParentId, span.Start, span.End, now);
        foreach (var listener in _listeners)
        {
            try
            {
                listener.Report(shown);
            }
            catch (Exception error)
            {
                // The page has done its part, and the others are to hear of it.
                Log.ListenerFailed(logger, listener.GetType(), error);
            }
        }
    }

    /// <summary>In the request's own encoding.</summary>
    private sealed class Answer(PartialSuccess? partial, bool isJson) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            if (isJson)
            {
                // 64-bit numbers are texts in OTLP's JSON.
                object answer = partial is null
                    ? new { }
                    : new { partialSuccess = new { rejectedSpans = partial.RejectedSpans.ToString(CultureInfo.InvariantCulture), errorMessage = partial.ErrorMessage } };
                await httpContext.Response.WriteAsJsonAsync(answer, httpContext.RequestAborted);
                return;
            }

            httpContext.Response.ContentType = Protobuf;
            await httpContext.Response.Body.WriteAsync(new ExportTraceServiceResponse { PartialSuccess = partial }.ToByteArray(), httpContext.RequestAborted);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "{Listener} failed to take the report of a shown event.", EventName = "ListenerFailed")]
        public static partial void ListenerFailed(ILogger logger, Type listener, Exception error);
    }
}
