using System.Diagnostics;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace PushApp.Web.Telemetry;

/// <summary>
/// Forwards browsers' spans to where this service's own go, by OpenTelemetry's exporter and under a resource of theirs. Each is made anew below the parent that the page named, with an id of its own: nothing
/// lies below a span <c>show</c>, so that nothing names the id that it had in the page. They wait in a bounded queue, and a collector that is away costs spans, never a request.
/// </summary>
internal sealed class SpanRelay : IDisposable
{
    // Not PushApp.*: what is named so is this service's own.
    private const string SourceName = "pushapp-page";
    private const int MaxBatch = 512;
    private const int BatchDelayMilliseconds = 500;

    private readonly ActivitySource _source = new(SourceName);
    private readonly TracerProvider? _provider;
    private readonly BrowserTelemetryMetrics _metrics;
    private readonly int _maxWaiting;
    private int _waiting;

    public SpanRelay(
        IConfiguration configuration, IOptionsFactory<OtlpExporterOptions> exporters, IOptions<BrowserTelemetryOptions> options, BrowserTelemetryMetrics metrics, ILogger<SpanRelay> logger)
    {
        _metrics = metrics;
        _maxWaiting = options.Value.MaxQueuedSpans;
        if (!OtlpSettings.HasEndpoint(configuration, OtlpSettings.Traces))
        {
            return;
        }

        var otlp = exporters.Create(Options.DefaultName);
        otlp.Apply(configuration, OtlpSettings.Traces);
        _provider = Sdk.CreateTracerProviderBuilder()
            .AddSource(SourceName)
            // Whether a trace is recorded was decided where it began.
            .SetSampler(new AlwaysOnSampler())
            .SetResourceBuilder(ResourceBuilder.CreateEmpty()
                .AddService(options.Value.ServiceName, autoGenerateServiceInstanceId: false)
                .AddAttributes([new("telemetry.sdk.name", "opentelemetry"), new("telemetry.sdk.language", "webjs")]))
            .AddProcessor(new BatchActivityExportProcessor(
                new BrowserSpanExporter(otlp, Exported, logger), _maxWaiting, BatchDelayMilliseconds, maxExportBatchSize: Math.Min(MaxBatch, _maxWaiting)))
            .Build();
    }

    /// <summary>Queues a span, or drops it where too many wait; does nothing where there is nowhere to send it.</summary>
    public void Add(ShowSpan show)
    {
        if (_provider is null)
        {
            return;
        }

        // Counted here: what the SDK's queue has no room for, it tells nobody.
        if (Interlocked.Increment(ref _waiting) > _maxWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            _metrics.Dropped(1);
            return;
        }

        var parent = new ActivityContext(show.TraceId, show.ParentId, ActivityTraceFlags.Recorded, isRemote: true);
        using var span = _source.StartActivity($"{ShowAttributes.Operation} {show.EventName}", ActivityKind.Consumer, parent, Attributes(show), startTime: show.Start);
        span?.SetEndTime(show.End.UtcDateTime);
    }

    /// <summary>Sends what waits, for 5 seconds at most.</summary>
    public void Dispose()
    {
        _provider?.Dispose();
        _source.Dispose();
    }

    private void Exported(int spans, bool isTaken)
    {
        Interlocked.Add(ref _waiting, -spans);
        if (isTaken)
        {
            _metrics.Forwarded(spans);
        }
        else
        {
            _metrics.Dropped(spans);
        }
    }

    // Those without a value are left out.
    private static IEnumerable<KeyValuePair<string, object?>> Attributes(ShowSpan show) =>
        new KeyValuePair<string, object?>[]
        {
            new("messaging.system", "pushapp"),
            new("messaging.operation.name", ShowAttributes.Operation),
            new("messaging.operation.type", "process"),
            new(ShowAttributes.Channel, show.Channel.Value),
            new(ShowAttributes.ChannelTemplate, show.Channel.Template),
            new(ShowAttributes.MessageId, show.Position?.ToString()),
            new(ShowAttributes.ClientId, show.ConnectionId),
            new(ShowAttributes.Event, show.EventName),
            new(ShowAttributes.Transport, show.Transport),
            new(ShowAttributes.Outcome, show.IsShown ? ShowAttributes.Shown : ShowAttributes.Hidden),
            new(ShowAttributes.SessionId, show.SessionId),
            new("user.name", show.UserName),
            new("user_agent.original", show.UserAgent),
        }.Where(attribute => attribute.Value is not null);
}
