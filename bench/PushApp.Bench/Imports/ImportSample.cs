using PushApp.Bench.Measuring;

namespace PushApp.Bench.Imports;

/// <summary>One import as it was measured.</summary>
/// <param name="UploadSeconds">From the request's first byte to its answer.</param>
/// <param name="Seconds">From the request's first byte to <c>import.completed</c> on the stream.</param>
/// <param name="WorkerCpuSeconds">The worker's CPU time meanwhile, user and kernel.</param>
/// <param name="WebCpuSeconds">The web node's.</param>
/// <param name="WorkerPeakBytes">The most resident memory that the worker ever had.</param>
/// <param name="WebPeakBytes">The most that the web node ever had.</param>
/// <param name="Load">The machine's load average over a minute at the end, the import's own included.</param>
internal sealed record ImportSample(
    double UploadSeconds, double Seconds, double WorkerCpuSeconds, double WebCpuSeconds, double WorkerPeakBytes, double WebPeakBytes, double Load)
{
    public static ImportSample Median(IReadOnlyList<ImportSample> samples)
    {
        return new ImportSample(
            Of(sample => sample.UploadSeconds),
            Of(sample => sample.Seconds),
            Of(sample => sample.WorkerCpuSeconds),
            Of(sample => sample.WebCpuSeconds),
            Of(sample => sample.WorkerPeakBytes),
            Of(sample => sample.WebPeakBytes),
            Of(sample => sample.Load));

        double Of(Func<ImportSample, double> figure) => Statistics.Median([.. samples.Select(figure)]);
    }
}
