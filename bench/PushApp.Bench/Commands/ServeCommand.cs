using PushApp.Bench.CommandLine;
using PushApp.Bench.Load;
using PushApp.Bench.Servers;
using PushApp.Push;
using PushApp.SocketIO;

namespace PushApp.Bench.Commands;

/// <summary>Runs one server under test in this process; the measuring commands start it.</summary>
internal static class ServeCommand
{
    private static readonly string[] Names = ["typed-results", "pushapp", "pushapp-hub", "publisher", "pushapp-socketio", "room-publisher", "signalr", "signalr-publisher", "nchan-publisher"];

    public static BenchCommand Command { get; } = new(
        "serve",
        "One server under test; ends when its standard input does.",
        [
            new("--server", "name", $"Which: {string.Join(", ", Names)}."),
            new("--payload", "bytes", "Data of an event."),
        ],
        RunAsync,
        Internal: true);

    private static Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        _ = arguments.Required("--server");
        var payload = arguments.Number("--payload", 120, Payload.MinSize, Payload.MaxSize);
        return arguments.Names("--server", [], Names) switch
        {
            ["typed-results"] => TypedResultsServer.RunAsync(payload, cancellationToken),
            ["pushapp"] => PushAppServer.RunAsync(injectedPayload: null, cancellationToken),
            ["pushapp-hub"] => PushAppServer.RunAsync(payload, cancellationToken),
            ["publisher"] => PublisherProcess.RunAsync(
                payload, (publisher, data) => publisher.PublishAsync(ChannelName.Broadcast, Payload.EventName, data, options: null, cancellationToken), cancellationToken),
            ["room-publisher"] => PublisherProcess.RunAsync(
                payload, (publisher, data) => publisher.EmitToRoomAsync(SocketIOServer.Room, Payload.EventName, data), cancellationToken),
            ["pushapp-socketio"] => SocketIOServer.RunAsync(cancellationToken),
            ["signalr"] => SignalRServer.RunAsync(cancellationToken),
            ["nchan-publisher"] => NchanPublisher.RunAsync(payload, cancellationToken),
            ["signalr-publisher"] => SignalRPublisher.RunAsync(payload, cancellationToken),
            _ => throw new UsageException("--server takes one name."),
        };
    }
}
