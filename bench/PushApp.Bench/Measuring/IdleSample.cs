namespace PushApp.Bench.Measuring;

/// <summary>What idle streams cost one server.</summary>
internal sealed record IdleSample
{
    /// <summary>Growth of resident memory per stream, as it stands: with what thousands of openings left behind.</summary>
    public required double ResidentBytes { get; init; }

    /// <summary>The same after a full collection has given back what can be given back.</summary>
    public required double CollectedResidentBytes { get; init; }

    /// <summary>Growth of managed memory in use per stream, after that collection; 0 for a server without.</summary>
    public required double HeapBytes { get; init; }

    /// <summary>Server CPU while nothing is published, in thousandths of its core; heartbeats are in it.</summary>
    public required double RestPermille { get; init; }

    /// <summary>Growth of resident memory that is still there when all have left and a full collection has given back what can be given back, per stream that there was.</summary>
    public required double LeftResidentBytes { get; init; }

    /// <summary>The same of managed memory in use: what the server still holds of streams that are gone.</summary>
    public required double LeftHeapBytes { get; init; }

    public static IdleSample Median(IReadOnlyList<IdleSample> samples)
    {
        return new IdleSample
        {
            ResidentBytes = Of(sample => sample.ResidentBytes),
            CollectedResidentBytes = Of(sample => sample.CollectedResidentBytes),
            HeapBytes = Of(sample => sample.HeapBytes),
            RestPermille = Of(sample => sample.RestPermille),
            LeftResidentBytes = Of(sample => sample.LeftResidentBytes),
            LeftHeapBytes = Of(sample => sample.LeftHeapBytes),
        };

        double Of(Func<IdleSample, double> figure) => Statistics.Median(samples, figure);
    }
}
