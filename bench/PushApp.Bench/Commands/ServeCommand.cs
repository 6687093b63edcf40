using PushApp.Bench.CommandLine;
using PushApp.Bench.Load;
using PushApp.Bench.Servers;
using PushApp.Push;
using PushApp.SocketIO;

namespace PushApp.Bench.Commands;

/// <summary>Runs one server under test in this process; the measuring commands start it.</summary>
internal static class ServeCommand
{
    private static readonly string[] Names = ["typed-results", "pushapp", "pushapp-hub", "publisher", "pushapp-socketio", "room-publisher", "signalr", "signalr-publisher", "nchan-publisher", "pushpin-publisher", "subscriber"];

    public static BenchCommand Command { get; } = new(
        "serve",
        "One server under test; ends when its standard input does.",
        [
            new("--server", "name", $"Which: {string.Join(", ", Names)}."),
            new("--payload", "bytes", "Data of an event."),
            new("--users", "number", "Users, of whom each event is for one; 0 for everybody."),
            new("--ephemeral", null, "Publish without PushApp's log."),
            new("--durable", null, "Publish one event after the other, each on disk before the next."),
        ],
        RunAsync,
        Internal: true);

    private static Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        _ = arguments.Required("--server");
        var users = arguments.Number("--users", 0, 0, 100_000);
        var settings = new ServeSettings(
            arguments.Number("--payload", 120, Payload.MinSize, Payload.MaxSize), users > 0 ? new Recipients(users) : null, arguments.Has("--ephemeral"), arguments.Has("--durable"));
        return arguments.Names("--server", [], Names) switch
        {
            ["typed-results"] => TypedResultsServer.RunAsync(settings.PayloadSize, cancellationToken),
            ["pushapp"] => PushAppServer.RunAsync(injectedPayload: null, cancellationToken),
            ["pushapp-hub"] => PushAppServer.RunAsync(settings.PayloadSize, cancellationToken),
            ["publisher"] => PublisherProcess.RunAsync(settings, (publisher, number) => publisher.PublishAsync(
                settings.Recipients is { } recipients ? ChannelName.User(recipients.NameOf(number)) : ChannelName.Broadcast,
                Payload.EventName,
                settings.Data(number),
                settings.PublishOptions,
                cancellationToken), cancellationToken),
            ["room-publisher"] => PublisherProcess.RunAsync(settings, (publisher, number) => publisher.EmitToChannelAsync(
                ChannelName.Room(settings.Recipients is { } recipients ? recipients.NameOf(number) : SocketIOServer.Room),
                Payload.EventName,
                SocketArguments.FromList([settings.Data(number)]),
                settings.PublishOptions,
                cancellationToken), cancellationToken),
            ["pushapp-socketio"] => SocketIOServer.RunAsync(cancellationToken),
            ["signalr"] => SignalRServer.RunAsync(cancellationToken),
            ["signalr-publisher"] => SignalRPublisher.RunAsync(settings, cancellationToken),
            ["nchan-publisher"] => NchanPublisher.RunAsync(settings.PayloadSize, cancellationToken),
            ["pushpin-publisher"] => PushpinPublisher.RunAsync(settings, cancellationToken),
            ["subscriber"] => SubscriberProcess.RunAsync(settings, cancellationToken),
            _ => throw new UsageException("--server takes one name."),
        };
    }
}
