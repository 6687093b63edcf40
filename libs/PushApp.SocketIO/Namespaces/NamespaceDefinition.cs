using System.Collections.Frozen;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;
using PushApp.Push;

namespace PushApp.SocketIO;

/// <summary>What a namespace class is, found out once at start.</summary>
internal sealed record NamespaceDefinition
{
    /// <summary>The name, or for a dynamic one what it is called in messages.</summary>
    public required string Name { get; init; }

    /// <summary>What it is called in metrics.</summary>
    public KeyValuePair<string, object?> Tag => new("namespace", Name);

    /// <summary>Whether a dynamic namespace has this name; null for one with a fixed name.</summary>
    public Func<string, SocketHandshake, CancellationToken, ValueTask<bool>>? IsMatch { get; init; }

    public required Type Type { get; init; }

    /// <summary>Makes an instance; its constructor's services come from the call's scope.</summary>
    public required ObjectFactory Create { get; init; }

    public required FrozenDictionary<string, EventHandlerEntry> Events { get; init; }

    /// <summary>What the class asks of whoever connects.</summary>
    public required IReadOnlyList<IAuthorizeData> Authorize { get; init; }

    public required IReadOnlyList<SocketConnectFilter> ConnectFilters { get; init; }

    public required IReadOnlyList<SocketEventFilter> EventFilters { get; init; }

    /// <summary>Handlers of what other nodes emit to the servers.</summary>
    public required FrozenDictionary<string, Func<SocketArguments, CancellationToken, ValueTask<SocketArguments?>>> ServerEvents { get; init; }

    /// <summary>The channel that carries a room's events; null for the default.</summary>
    public Func<string, ChannelName>? RoomChannel { get; init; }

    /// <summary>The event that carries the events of rooms' channels as they are; null where they are events by their own names.</summary>
    public string? ChannelEvent { get; init; }

    /// <summary>Whether joining asks no authorizer.</summary>
    public bool TrustsRooms { get; init; }
}
