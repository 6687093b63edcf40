using System.Collections.Immutable;
using System.Text.Json;
using PushApp.Push.Redis;

namespace PushApp.SocketIO;

/// <summary>What servers ask each other.</summary>
internal enum BusRequestKind
{
    /// <summary>A socket has come back elsewhere: end the old one silently. Nobody answers.</summary>
    TakeOver,

    /// <summary>Emit to your sockets, and tell their acknowledgements.</summary>
    Ack,

    /// <summary>List your sockets.</summary>
    Fetch,

    /// <summary>Put your sockets into rooms.</summary>
    Join,

    /// <summary>Take your sockets out of rooms.</summary>
    Leave,

    /// <summary>Disconnect your sockets.</summary>
    Disconnect,

    /// <summary>Handle an event of the servers.</summary>
    ServerEvent,
}

/// <summary>A question to all servers. Which fields there are depends on its kind.</summary>
internal sealed record BusRequest(BusRequestKind Kind, string Node, string Id, string Namespace)
{
    public ImmutableArray<string> Rooms { get; init; } = [];

    public ImmutableArray<string> Except { get; init; } = [];

    /// <summary>The rooms to join or leave.</summary>
    public ImmutableArray<string> Names { get; init; } = [];

    public string? Event { get; init; }

    /// <summary>As <see cref="ArgumentsText"/> writes them.</summary>
    public string? Arguments { get; init; }

    public double TimeoutMs { get; init; }

    public bool Close { get; init; }

    /// <summary>Whether whoever asks waits for answers.</summary>
    public bool WantsReply { get; init; }

    /// <summary>Whose state was taken over.</summary>
    public string? Token { get; init; }

    public EmitTarget ToTarget() => new(Namespace) { Rooms = Rooms, Except = Except, Timeout = TimeoutMs > 0 ? TimeSpan.FromMilliseconds(TimeoutMs) : null };
}

/// <summary>One server's answer.</summary>
internal sealed record BusReply(string Id) : IBusReply
{
    public int Expected { get; init; }

    public ImmutableArray<string> Answers { get; init; } = [];

    public ImmutableArray<SocketDescription> Sockets { get; init; } = [];
}

/// <summary>A socket, as servers tell each other.</summary>
internal sealed record SocketDescription(
    string Id, string Namespace, string? UserName, string? RemoteAddress, ImmutableArray<string> Rooms, Dictionary<string, JsonElement> Data);
