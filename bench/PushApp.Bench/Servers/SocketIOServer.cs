using PushApp.Bench.Processes;
using PushApp.Push;
using PushApp.SocketIO;

namespace PushApp.Bench.Servers;

/// <summary>PushApp's Socket.IO as an app uses it: whoever connects is in one room, or in that of the name that it came with.</summary>
internal static class SocketIOServer
{
    public const string Room = "bench";

    public static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var builder = BenchHost.CreateBuilder();
        builder.Services.AddPush(push =>
        {
            // Everybody comes from one address here; and what the node itself publishes would be counted with the rest.
            push.Streams.MaxPerUser = 0;
            push.Streams.MaxPerAddress = 0;
            push.StatsInterval = TimeSpan.Zero;
        });
        builder.Services.AddSocketIO();
        var app = builder.Build();
        app.UseBenchUsers();
        app.MapSocketIO("/socket.io", io => io.MapNamespace<BenchNamespace>());

        using var control = new ControlListener(
            static () => throw new InvalidOperationException("Events come over the broker; the publishing process is to be told."),
            static () => new ServerFigures(Connections: BenchNamespace.Joined));
        return await BenchHost.RunAsync(app, control, cancellationToken);
    }

    internal sealed class BenchNamespace : SocketNamespace
    {
        private static int _joined;

        public static int Joined => Volatile.Read(ref _joined);

        public override async ValueTask OnConnectedAsync()
        {
            await Rooms.JoinTrustedAsync(Socket.Principal.UserName ?? Room);
            Interlocked.Increment(ref _joined);
        }

        public override ValueTask OnDisconnectedAsync(string reason)
        {
            Interlocked.Decrement(ref _joined);
            return ValueTask.CompletedTask;
        }
    }
}
