using PushApp.Bench.Processes;

namespace PushApp.Bench.Servers;

/// <summary>SignalR with its Redis backplane: whoever connects without a name is in one group.</summary>
internal static class SignalRServer
{
    public const string Group = "bench";

    public static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var builder = BenchHost.CreateBuilder();
        AddSignalR(builder.Services);
        var app = builder.Build();
        app.UseBenchUsers();
        app.UseWebSockets();
        app.MapHub<BenchHub>("/hub");

        using var control = new ControlListener(
            static () => throw new InvalidOperationException("Events come over the broker; the publishing process is to be told."),
            static () => new ServerFigures(Connections: BenchHub.Joined));
        return await BenchHost.RunAsync(app, control, cancellationToken);
    }

    public static void AddSignalR(IServiceCollection services) => services.AddSignalR().AddStackExchangeRedis(
        Environment.GetEnvironmentVariable("ConnectionStrings__redis") ?? throw new CommandLine.UsageException("Set ConnectionStrings__redis to the broker's address."));

    internal sealed class BenchHub : Microsoft.AspNetCore.SignalR.Hub
    {
        private static int _joined;

        public static int Joined => Volatile.Read(ref _joined);

        public override async Task OnConnectedAsync()
        {
            if (Context.UserIdentifier is null)
            {
                await Groups.AddToGroupAsync(Context.ConnectionId, Group, Context.ConnectionAborted);
            }

            Interlocked.Increment(ref _joined);
        }

        public override Task OnDisconnectedAsync(Exception? exception)
        {
            Interlocked.Decrement(ref _joined);
            return Task.CompletedTask;
        }
    }
}
