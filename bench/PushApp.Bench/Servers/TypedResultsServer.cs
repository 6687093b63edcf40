using System.Collections.Concurrent;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using PushApp.Bench.Load;
using PushApp.Bench.Processes;

namespace PushApp.Bench.Servers;

/// <summary>
/// The way ASP.NET Core itself offers: <see cref="TypedResults.ServerSentEvents(IAsyncEnumerable{string}, string?)"/> over a <see cref="Channel{T}"/> per
/// connection. The event enters in this process, without broker or log, and the channel is the cheapest of its kind (unbounded, one reader, one writer).
/// </summary>
internal static class TypedResultsServer
{
    public static async Task<int> RunAsync(int payloadSize, CancellationToken cancellationToken)
    {
        var connections = new ConcurrentDictionary<Channel<SseItem<string>>, byte>();
        long published = 0;

        var app = BenchHost.CreateBuilder().Build();
        app.MapGet("/sse", (CancellationToken aborted) => TypedResults.ServerSentEvents(ReadAsync(connections, aborted)));

        using var control = new ControlListener(
            () =>
            {
                var id = ++published;
                var item = new SseItem<string>(Payload.Create(id, payloadSize), Payload.EventName)
                {
                    EventId = id.ToString(System.Globalization.CultureInfo.InvariantCulture),
                };
                foreach (var (channel, _) in connections)
                {
                    _ = channel.Writer.TryWrite(item);
                }
            },
            () => new ServerFigures(Connections: connections.Count, Published: published));
        return await BenchHost.RunAsync(app, control, cancellationToken);
    }

    private static async IAsyncEnumerable<SseItem<string>> ReadAsync(
        ConcurrentDictionary<Channel<SseItem<string>>, byte> connections, [EnumeratorCancellation] CancellationToken aborted)
    {
        var channel = Channel.CreateUnbounded<SseItem<string>>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        connections[channel] = 0;
        try
        {
            // The head leaves with the first item; this one is not counted by the load generator.
            yield return new SseItem<string>("", "hello");
            await foreach (var item in channel.Reader.ReadAllAsync(aborted))
            {
                yield return item;
            }
        }
        finally
        {
            connections.TryRemove(channel, out _);
        }
    }
}
