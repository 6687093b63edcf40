namespace PushApp.Bench.Targets;

/// <summary>Servers that stand in one table, because their clients speak alike, or because they do the same for their users.</summary>
/// <param name="Name">The command that measures deliveries; its section in the document too.</param>
/// <param name="Prefix">What the names of its other commands begin with.</param>
/// <param name="Title">What the clients speak, for people.</param>
/// <param name="Targets">The servers, in the order of the table.</param>
internal sealed record Suite(string Name, string Prefix, string Title, IReadOnlyList<Target> Targets)
{
    public static Suite Sse { get; } = new("sse", "", "Server-Sent Events", SseTargets.List);

    public static Suite Sockets { get; } = new("sockets", "sockets-", "WebSockets", SocketTargets.List);

    public static Suite Polling { get; } = new("polling", "polling-", "HTTP long-polling", SocketTargets.Polling);

    public static Suite Users { get; } = new("users", "users-", "Server-Sent Events and WebSockets", UserTargets.List);

    /// <summary>The name of another of its commands.</summary>
    public string Named(string command) => Prefix + command;
}
