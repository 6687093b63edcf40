using System.Threading.Channels;
using PushApp.Bench.Endurance;
using PushApp.Bench.Processes;
using PushApp.Push;

namespace PushApp.Bench.Servers;

/// <summary>A worker that publishes by <see cref="IPushPublisher"/>, in a process of its own so that its cost is seen apart.</summary>
internal static class PublisherProcess
{
    public static async Task<int> RunAsync(ServeSettings settings, Func<IPushPublisher, long, ValueTask<PublishResult>> publish, CancellationToken cancellationToken)
    {
        var connectionString = Environment.GetEnvironmentVariable("ConnectionStrings__redis")
            ?? throw new CommandLine.UsageException("Set ConnectionStrings__redis to the broker's address.");
        await using var client = await PushClient.StartAsync(
            connectionString, push => push.Acknowledge = settings.Durable ? AcknowledgeMode.Disk : AcknowledgeMode.Memory, cancellationToken);
        long published = 0;
        string? fault = null;
        var waiting = Channel.CreateUnbounded<long>();
        var inTurn = settings.Durable ? PublishInTurnAsync() : Task.CompletedTask;

        using var control = new ControlListener(
            PublishNext,
            () => new ServerFigures(Published: published, Fault: fault));
        new ReadyLine(0, control.Port).Write();
        await BenchHost.WaitForEndOfInputAsync(cancellationToken);
        waiting.Writer.Complete();
        await inTurn;
        return 0;

        void PublishNext()
        {
            published++;
            _ = settings.Durable ? waiting.Writer.TryWrite(published) : PublishAsync(published).IsCompleted;
        }

        // A broker that goes away has each publish repeated, and events that were in flight together would come back in another order.
        async Task PublishInTurnAsync()
        {
            await foreach (var number in waiting.Reader.ReadAllAsync(cancellationToken))
            {
                await PublishAsync(number);
            }
        }

        // Not awaited by the control connection: several in flight leave in the order they were asked for, over one connection.
        async Task PublishAsync(long number)
        {
            try
            {
                await publish(client.Publisher, number);
            }
            catch (Exception exception)
            {
                // Told to whoever asks for the figures; the run fails with it.
                fault = exception.Message;
            }
        }
    }
}
