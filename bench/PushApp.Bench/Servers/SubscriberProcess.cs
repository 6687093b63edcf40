using PushApp.Bench.Load;
using PushApp.Bench.Processes;
using PushApp.Push;
using PushApp.Push.Redis;
using StackExchange.Redis;

namespace PushApp.Bench.Servers;

/// <summary>Subscribes to <c>broadcast</c> at the broker, as a node does, and verifies that each event comes once and as it was published; several publishers at once have no order.</summary>
internal static class SubscriberProcess
{
    public static async Task<int> RunAsync(ServeSettings settings, CancellationToken cancellationToken)
    {
        var connectionString = Environment.GetEnvironmentVariable("ConnectionStrings__redis")
            ?? throw new CommandLine.UsageException("Set ConnectionStrings__redis to the broker's address.");
        await using var connection = await ConnectionMultiplexer.ConnectAsync(connectionString);
        var filler = Payload.Filler(settings.PayloadSize);
        var seen = new SequenceSet();
        var gate = new Lock();
        string? fault = null;

        await connection.GetSubscriber().SubscribeAsync(new RedisKeys(new PushOptions().KeyPrefix).Events(ChannelName.Broadcast), (_, message) =>
        {
            // The data is the last line of an event's envelope.
            var bytes = ((ReadOnlyMemory<byte>)message).Span;
            var sequence = Payload.Verify(bytes[(bytes.LastIndexOf((byte)'\n') + 1)..], filler);
            lock (gate)
            {
                if (!seen.Add(sequence))
                {
                    fault ??= sequence < 0 ? "an event's data is not what was published" : $"event {sequence} came twice";
                }
            }
        });

        using var control = new ControlListener(
            static () => throw new InvalidOperationException("This process publishes nothing."),
            () =>
            {
                lock (gate)
                {
                    return new ServerFigures(Connections: 1, Published: seen.Count, Fault: fault);
                }
            });
        new ReadyLine(0, control.Port).Write();
        await BenchHost.WaitForEndOfInputAsync(cancellationToken);
        return 0;
    }
}
