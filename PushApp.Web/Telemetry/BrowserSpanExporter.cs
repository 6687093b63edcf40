using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Exporter;

namespace PushApp.Web.Telemetry;

/// <summary>OpenTelemetry's exporter, which also says what became of the spans. By what rules it tries again, the SDK knows (<c>OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY</c>).</summary>
/// <param name="options">Where to.</param>
/// <param name="exported">Told of each batch, how many spans were in it, and whether they were taken.</param>
/// <param name="logger">Told of each outage, and of its end.</param>
internal sealed partial class BrowserSpanExporter(OtlpExporterOptions options, Action<int, bool> exported, ILogger logger) : OtlpTraceExporter(options)
{
    private bool _isFailing;

    public override ExportResult Export(in Batch<Activity> activityBatch)
    {
        var count = (int)activityBatch.Count;
        var result = base.Export(activityBatch);
        var isTaken = result == ExportResult.Success;
        exported(count, isTaken);
        if (_isFailing == isTaken)
        {
            // Once for each outage; the metric counts what is lost.
            _isFailing = !isTaken;
            if (isTaken)
            {
                Log.Resumed(logger);
            }
            else
            {
                Log.Failing(logger);
            }
        }

        return result;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Spans of browsers cannot be forwarded to the OTLP endpoint, and are dropped until they can.", EventName = "Failing")]
        public static partial void Failing(ILogger logger);

        [LoggerMessage(2, LogLevel.Information, "Spans of browsers are forwarded again.", EventName = "Resumed")]
        public static partial void Resumed(ILogger logger);
    }
}
