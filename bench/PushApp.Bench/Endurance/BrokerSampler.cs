using System.Diagnostics;
using PushApp.Bench.Processes;

namespace PushApp.Bench.Endurance;

/// <summary>Reads a broker's memory and disk every second while events are published.</summary>
/// <param name="broker">The broker.</param>
/// <param name="published">How much was published so far.</param>
/// <param name="onSample">Told of each sample.</param>
internal sealed class BrokerSampler(BrokerProcess broker, Func<long> published, Action<BrokerSample> onSample)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly List<BrokerSample> _samples = [];

    public IReadOnlyList<BrokerSample> Samples => _samples;

    public async Task RunAsync(CancellationToken stop)
    {
        var start = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(Interval);
        do
        {
            var memory = ProcessMemory.Read(broker.Id);
            var sample = new BrokerSample(
                Stopwatch.GetElapsedTime(start), published(), memory.ResidentBytes, memory.PeakResidentBytes, FolderBytes(broker.DataFolder));
            _samples.Add(sample);
            onSample(sample);
        }
        while (await WaitAsync(timer, stop));
    }

    /// <summary>The highest value between two shares of the run.</summary>
    public long Peak(double from, double to, Func<BrokerSample, long> figure)
    {
        var last = _samples[^1].Published;
        return _samples.Where(sample => sample.Published >= last * from && sample.Published <= last * to).Select(figure).DefaultIfEmpty().Max();
    }

    private static async Task<bool> WaitAsync(PeriodicTimer timer, CancellationToken stop)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stop);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Lengths of all files: what is freed inside one counts as used, so the disk's own figure is at most this.</summary>
    private static long FolderBytes(string folder)
    {
        long bytes = 0;
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            try
            {
                bytes += file.Length;
            }
            catch (FileNotFoundException)
            {
                // The broker deletes old segments while they are counted.
            }
        }

        return bytes;
    }
}
