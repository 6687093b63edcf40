using PushApp.Bench.Targets;

namespace PushApp.Bench.Measuring;

/// <summary>Memory per idle stream: a server with none, then with many, nothing published, and then with none again.</summary>
internal static class IdleMeasurement
{
    // Enough to compile every path and fill the pools that a server has anyway: .NET compiles what is called often once more, and then again, each time when it has been quiet.
    private const int WarmUpConnections = 1000;
    private const int WarmUps = 3;
    private static readonly TimeSpan WarmUpSettle = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    public static async Task<IdleSample> RunAsync(
        Target target, TargetSettings settings, int connections, TimeSpan rest, CancellationToken cancellationToken)
    {
        await using var running = await target.StartAsync(settings, cancellationToken);
        for (var i = 0; i < WarmUps; i++)
        {
            using (var few = target.CreateLoad(new(WarmUpConnections, settings.PayloadSize)))
            {
                DeliveryMeasurement.OpenStreams(running, few, WarmUpConnections, cancellationToken);
                if (i == 0)
                {
                    few.Run(WarmUp, minEvents: 1, inFlight: 1, running.Publish, cancellationToken);
                }
            }

            // Their ends must be seen before the server is called empty.
            await WaitForEmptyAsync(running, cancellationToken);
            await Task.Delay(WarmUpSettle, cancellationToken);
        }

        var emptyHeap = running.ServerFigures(collect: true).HeapBytes;
        var empty = running.ServerResidentBytes();

        double resident, collected, heap;
        long cpu;
        using (var load = target.CreateLoad(new(connections, settings.PayloadSize)))
        {
            DeliveryMeasurement.OpenStreams(running, load, connections, cancellationToken);

            // Thousands of openings leave work behind, above all code to be compiled for speed; that is not the cost of resting.
            load.Idle(Settle, cancellationToken);
            cpu = running.ServerCpu();
            load.Idle(rest, cancellationToken);
            cpu = running.ServerCpu() - cpu;

            resident = running.ServerResidentBytes();
            heap = running.ServerFigures(collect: true).HeapBytes;
            collected = running.ServerResidentBytes();
        }

        // All leave at once. Channels are kept for a while for who comes back, and pools give back what nobody took for some time.
        await WaitForEmptyAsync(running, cancellationToken);
        await Task.Delay(Settle, cancellationToken);
        var leftHeap = running.ServerFigures(collect: true).HeapBytes;
        var left = running.ServerResidentBytes();
        return new IdleSample
        {
            ResidentBytes = (resident - empty) / (double)connections,
            CollectedResidentBytes = (collected - empty) / (double)connections,
            HeapBytes = (heap - emptyHeap) / (double)connections,
            RestPermille = cpu / 1e6 / rest.TotalSeconds,
            LeftResidentBytes = (left - empty) / (double)connections,
            LeftHeapBytes = (leftHeap - emptyHeap) / (double)connections,
        };
    }

    /// <summary>Waits until the server has seen the ends of all streams.</summary>
    public static async Task WaitForEmptyAsync(RunningTarget running, CancellationToken cancellationToken)
    {
        for (var i = 0; i < 100 && running.ServerFigures().Connections > 0; i++)
        {
            await Task.Delay(100, cancellationToken);
        }
    }
}
