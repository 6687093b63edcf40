using System.Text.Json.Serialization;

namespace PushApp.Push.Inspection;

/// <summary>Whether one user got one event, and if not, why.</summary>
/// <param name="Outcome">The answer.</param>
/// <param name="Explanation">The same in words, with times and reasons.</param>
/// <param name="IsExact">False where it is concluded, as the nodes do not note each connection of a large fan-out.</param>
/// <param name="Deliveries">The user's connections that it was written to, as far as the nodes noted them.</param>
public sealed record DeliveryVerdict(DeliveryOutcome Outcome, string Explanation, bool IsExact, IReadOnlyList<RecordedDelivery> Deliveries);

/// <summary>Whether a user got an event, or what stood between.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeliveryOutcome>))]
public enum DeliveryOutcome
{
    /// <summary>A browser of the user has shown it.</summary>
    Shown,

    /// <summary>It was written to a connection of the user, and no browser has said that it showed it.</summary>
    WrittenNotShown,

    /// <summary>It waits for a client that does not take what was sent before.</summary>
    Queued,

    /// <summary>More waited for the client than it may hold; the connection was ended.</summary>
    Dropped,

    /// <summary>The user may not read the channel.</summary>
    NotPermitted,

    /// <summary>No connection of the user held the channel at that time.</summary>
    NotConnected,

    /// <summary>The log no longer has it.</summary>
    Expired,

    /// <summary>The nodes remember too little to say.</summary>
    Unknown,
}
