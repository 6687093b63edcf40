using System.Text.Json.Serialization;

namespace PushApp.Push.Inspection;

/// <summary>An event and one connection.</summary>
/// <param name="ConnectionId">The connection.</param>
/// <param name="User">Whose it is; null for a visitor's or an API key's.</param>
/// <param name="Carrier">What carries it: <c>sse</c>, <c>websocket</c> or <c>polling</c>.</param>
/// <param name="At">When, by the node's clock.</param>
/// <param name="State">What became of it.</param>
public readonly record struct RecordedDelivery(Guid ConnectionId, string? User, string Carrier, DateTimeOffset At, DeliveryState State);

/// <summary>What became of an event on its way to one connection.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeliveryState>))]
public enum DeliveryState
{
    /// <summary>It was written to the connection.</summary>
    Written,

    /// <summary>The client did not take what was sent before; the event waited for it.</summary>
    Queued,

    /// <summary>More waited for the client than it may hold: the connection was ended, to resume by its cursor.</summary>
    Dropped,

    /// <summary>The connection had missed it and was handed it when it came back.</summary>
    Resumed,
}
