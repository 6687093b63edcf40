using System.Threading.Channels;
using Microsoft.Extensions.Options;
using OpenTelemetry;

namespace PushApp.Web.Telemetry;

/// <summary>
/// Forwards browsers' spans to where this service's own go. They wait in a bounded queue, the oldest give way, and a collector that is away costs spans, never a request.
/// </summary>
internal sealed partial class SpanRelay : BackgroundService
{
    private const int MaxBatch = 512;
    private const int Attempts = 3;

    private readonly ISpanSender? _sender;
    private readonly TimeSpan _timeout;
    private readonly string _serviceName;
    private readonly BrowserTelemetryMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<SpanRelay> _logger;
    private readonly Channel<ShowSpan> _queue;
    private bool _isFailing;

    public SpanRelay(IConfiguration configuration, IOptions<BrowserTelemetryOptions> options, BrowserTelemetryMetrics metrics, TimeProvider time, ILogger<SpanRelay> logger)
    {
        var target = OtlpTarget.From(configuration);
        _sender = target switch
        {
            null => null,
            { IsGrpc: true } => new GrpcSpanSender(target),
            _ => new HttpSpanSender(target),
        };
        _timeout = target?.Timeout ?? default;
        _serviceName = options.Value.ServiceName;
        _metrics = metrics;
        _time = time;
        _logger = logger;
        _queue = Channel.CreateBounded<ShowSpan>(
            new BoundedChannelOptions(options.Value.MaxQueuedSpans) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
            _ => metrics.Dropped(1));
    }

    /// <summary>Queues a span; does nothing where there is nowhere to send it.</summary>
    public void Add(ShowSpan span)
    {
        if (_sender is not null)
        {
            _queue.Writer.TryWrite(span);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _queue.Writer.TryComplete();
        await base.StopAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _sender?.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_sender is null)
        {
            return;
        }

        // What carries spans makes none.
        using var quiet = SuppressInstrumentationScope.Begin();
        var batch = new List<ShowSpan>();

        // Until the queue has ended, and is empty: what a page reported before the node stopped still goes out.
        while (await _queue.Reader.WaitToReadAsync(CancellationToken.None))
        {
            batch.Clear();
            while (batch.Count < MaxBatch && _queue.Reader.TryRead(out var span))
            {
                batch.Add(span);
            }

            await SendAsync(_sender, batch, stoppingToken);
        }
    }

    private async Task SendAsync(ISpanSender sender, List<ShowSpan> batch, CancellationToken stoppingToken)
    {
        var request = OtlpTraceWriter.Write(batch, _serviceName);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var limit = new CancellationTokenSource(_timeout, _time);
                await sender.SendAsync(request, limit.Token);
                _metrics.Forwarded(batch.Count);
                if (_isFailing)
                {
                    _isFailing = false;
                    Log.Resumed(_logger);
                }

                return;
            }
            catch (Exception error)
            {
                // Whatever it is: spans are lost, and neither the relay nor the host ends by it.
                if (attempt == Attempts || stoppingToken.IsCancellationRequested)
                {
                    _metrics.Dropped(batch.Count);
                    if (!_isFailing)
                    {
                        // Once for each outage; the metric counts what is lost.
                        _isFailing = true;
                        Log.Failing(_logger, error);
                    }

                    return;
                }
            }

            await Task.Delay(TimeSpan.FromSeconds(attempt) * (0.5 + Random.Shared.NextDouble()), _time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Spans of browsers cannot be forwarded to the OTLP endpoint, and are dropped until they can.", EventName = "Failing")]
        public static partial void Failing(ILogger logger, Exception error);

        [LoggerMessage(2, LogLevel.Information, "Spans of browsers are forwarded again.", EventName = "Resumed")]
        public static partial void Resumed(ILogger logger);
    }
}
