using PushApp.Bench.Endurance;
using PushApp.Bench.Load;
using PushApp.Bench.Processes;
using PushApp.Push;

namespace PushApp.Bench.Servers;

/// <summary>A worker that publishes logged events by <see cref="IPushPublisher"/>, in a process of its own so that its cost is seen apart.</summary>
internal static class PublisherProcess
{
    public static async Task<int> RunAsync(
        int payloadSize, Func<IPushPublisher, string, ValueTask<PublishResult>> publish, CancellationToken cancellationToken)
    {
        var connectionString = Environment.GetEnvironmentVariable("ConnectionStrings__redis")
            ?? throw new CommandLine.UsageException("Set ConnectionStrings__redis to the broker's address.");
        await using var client = await PushClient.StartAsync(connectionString, static _ => { }, cancellationToken);
        long published = 0;
        string? fault = null;

        using var control = new ControlListener(
            () => _ = PublishAsync(++published),
            () => new ServerFigures(Published: published, Fault: fault));
        new ReadyLine(0, control.Port).Write();
        await BenchHost.WaitForEndOfInputAsync(cancellationToken);
        return 0;

        // Not awaited by the control connection: several in flight leave in the order they were asked for, over one connection.
        async Task PublishAsync(long number)
        {
            try
            {
                await publish(client.Publisher, Payload.Create(number, payloadSize));
            }
            catch (Exception exception)
            {
                // Told to whoever asks for the figures; the run fails with it.
                fault = exception.Message;
            }
        }
    }
}
