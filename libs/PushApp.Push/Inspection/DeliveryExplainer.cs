using System.Globalization;

namespace PushApp.Push.Inspection;

/// <summary>Concludes from what the nodes remember whether a user got an event.</summary>
internal static class DeliveryExplainer
{
    private const string NotNoted = "but its node did not note that the event was written to it: it may have had it by its cursor already.";

    // What waits longer than this is taken, or its connection ended: the kernel gives up on a client that acknowledges nothing well before.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    public static DeliveryVerdict Explain(DeliveryFacts facts)
    {
        var journey = facts.Journey;
        var deliveries = journey.Nodes.SelectMany(node => node.Deliveries).Where(delivery => Same(delivery.User, facts.User)).ToList();
        var shown = journey.Shown.Where(report => Same(report.User, facts.User)).ToList();
        if (shown.Count > 0)
        {
            return new(
                DeliveryOutcome.Shown, $"Shown in {Count(shown.Count, "browser tab")}, first at {Time(shown.Min(report => report.ShownAt))} by the browser's clock.", true, deliveries);
        }

        return deliveries.Count > 0 ? OfDeliveries(facts, deliveries) : OfNone(facts);
    }

    private static DeliveryVerdict OfDeliveries(DeliveryFacts facts, List<RecordedDelivery> deliveries)
    {
        var taken = deliveries.Where(delivery => delivery.State is DeliveryState.Written or DeliveryState.Resumed || WasTaken(facts, delivery)).ToList();
        if (taken.Count > 0)
        {
            var resumed = taken.All(delivery => delivery.State == DeliveryState.Resumed) ? " when it came back" : "";
            return new(
                DeliveryOutcome.WrittenNotShown,
                $"Written to {Count(taken.Count, "connection")} of {facts.User}{resumed}, first at {Time(taken.Min(delivery => delivery.At))}. No browser has said that it showed it: "
                + "the page may be in the background, have no use for this event, or be no page at all."
                + (facts.Journey.RememberedSince is { } since ? $" Or it said so to a process that has ended: one began at {Time(since)}." : ""),
                true,
                deliveries);
        }

        if (deliveries.FindIndex(delivery => delivery.State == DeliveryState.Dropped || EndOf(facts, delivery)?.Reason == "slow") is >= 0 and var dropped)
        {
            return Dropped(facts.User, EndOf(facts, deliveries[dropped]), deliveries[dropped].At, deliveries);
        }

        if (deliveries.FindIndex(delivery => facts.Connections.Any(connection => connection.Id == delivery.ConnectionId)) is >= 0 and var waiting)
        {
            return new(
                DeliveryOutcome.Queued,
                $"It waits since {Time(deliveries[waiting].At)}: the client does not take what was sent before. It gets it when it does, or resumes by its cursor.",
                true,
                deliveries);
        }

        return deliveries.Select(delivery => EndOf(facts, delivery)).FirstOrDefault(end => end is not null) is { } ended
            ? new(
                DeliveryOutcome.NotConnected,
                $"It waited for the client when the connection ended at {Time(ended.EndedAt)} ({ended.Reason}), so that it may not have arrived. {Waits(facts.Journey)}".TrimEnd(),
                false,
                deliveries)
            : new(DeliveryOutcome.Unknown, $"It waited for the client at {Time(deliveries[0].At)}, and the node remembers no more how that connection ended.", true, deliveries);
    }

    private static DeliveryVerdict OfNone(DeliveryFacts facts)
    {
        var (journey, channel, at) = (facts.Journey, facts.Journey.Event.Channel, facts.Journey.Event.Time);
        if (facts.Ends.FirstOrDefault(end => Held(journey, end) && end.Reason == "slow" && end.EndedAt - at < LongestWait) is { } slow)
        {
            return Dropped(facts.User, slow, slow.EndedAt, []);
        }

        // Each node notes the first few connections of an event; of those that it did not, it is known only that they were written.
        if (facts.Connections.FirstOrDefault(connection => Held(journey, connection) && WroteMore(journey, connection.Node)) is { } other)
        {
            return Concluded($"A connection of {facts.User} held '{channel}' on node {NodeName.Known(other.Node)}, which wrote the event to all of them and notes the first few.");
        }

        if (facts.Ends.FirstOrDefault(end => Held(journey, end) && WroteMore(journey, end.Node)) is { } held)
        {
            return Concluded($"A connection of {facts.User} that ended at {Time(held.EndedAt)} ({held.Reason}) held '{channel}', and its node wrote the event to all of them.");
        }

        if (facts.Connections.FirstOrDefault(connection => Held(journey, connection) && TrackOf(journey, connection.Node) is not null) is { } open)
        {
            return Verdict(DeliveryOutcome.Unknown, $"A connection of {facts.User} holds '{channel}' since {Time(SinceOf(open))}, {NotNoted}");
        }

        if (facts.Ends.FirstOrDefault(end => Held(journey, end) && TrackOf(journey, end.Node) is not null) is { } gone)
        {
            return Verdict(DeliveryOutcome.Unknown, $"A connection of {facts.User} held '{channel}' until it ended at {Time(gone.EndedAt)} ({gone.Reason}), {NotNoted}");
        }

        // Only now: a room may have been joined on the server's word.
        if (facts.IsPermitted == false)
        {
            return Verdict(DeliveryOutcome.NotPermitted, $"{facts.User} may not read '{channel}'.{Refusal(facts, channel)}");
        }

        if (at == default)
        {
            return Verdict(DeliveryOutcome.Unknown, $"The event has gone from the log, and no process remembers it: when it came, and who was there, is not known.");
        }

        if (facts.Connections.Any(connection => Held(journey, connection)) || facts.Ends.Any(end => Held(journey, end)))
        {
            return Verdict(DeliveryOutcome.Unknown, $"A connection of {facts.User} held '{channel}' when it was published at {Time(at)}, but its node remembers nothing of the event: so much came after it that it was forgotten, or the clocks differ.");
        }

        if (facts.Missing != 0 || journey.MissingNodes != 0)
        {
            return Verdict(DeliveryOutcome.Unknown, $"Not all processes said what they know, so that {facts.User} may have been connected to one of them. Ask again.");
        }

        if (journey.RememberedSince is { } since)
        {
            return Verdict(DeliveryOutcome.Unknown, $"A process began at {Time(since)}, after the event. What the one before it knew is gone with it, so that {facts.User} may have been connected there. {Waits(journey)}");
        }

        if (journey.Log == LogState.Expired)
        {
            return Verdict(DeliveryOutcome.Expired, $"{NotThere(facts, channel, at)} Since then it has gone from the log, by its age, its time to live or the number of events after it.");
        }

        if (facts.Refusals.FirstOrDefault(refusal => refusal.Channel == channel && refusal.Access == "subscribe") is not null && facts.IsPermitted is null)
        {
            return Verdict(DeliveryOutcome.NotPermitted, $"{facts.User} was refused '{channel}'.{Refusal(facts, channel)}");
        }

        // It may have held the channel before, and left it: of a node that notes only some of its connections, it is then not known that it wrote it to others alone.
        var late = FirstToHold(facts, channel) is { } first && first.Since <= at ? first : null;
        var verdict = Verdict(DeliveryOutcome.NotConnected, $"{NotThere(facts, channel, at)} {(late is null ? Waits(journey) : Stands(journey))}{Refusal(facts, channel)}");
        return verdict with { IsExact = late is null || !WroteMore(journey, late.Node) };

        DeliveryVerdict Concluded(string why) => new(
            DeliveryOutcome.WrittenNotShown, $"Written, by conclusion. {why} No browser has said that it showed it.", false, []);
    }

    private static DeliveryVerdict Verdict(DeliveryOutcome outcome, string explanation) => new(outcome, explanation.TrimEnd(), true, []);

    private static DeliveryVerdict Dropped(string user, RecordedEnd? end, DateTimeOffset at, IReadOnlyList<RecordedDelivery> deliveries) => new(
        DeliveryOutcome.Dropped,
        end is null
            ? $"Dropped at {Time(at)}: more waited for the connection of {user} than it may hold (Push:Streams:MaxOutboxBytes), and it was ended. A client that comes back resumes by its cursor."
            : string.Create(CultureInfo.InvariantCulture, $"Dropped: {end.QueuedBytes} bytes waited for the connection of {user} when it was ended as too slow at {Time(end.EndedAt)} ({(end.Carrier == "sse" ? "Push:Streams:MaxOutboxBytes" : "SocketIO:Engine:MaxBufferedBytes")}). A client that comes back resumes by its cursor."),
        true,
        deliveries);

    private static string NotThere(DeliveryFacts facts, string channel, DateTimeOffset at)
    {
        if (facts.Connections.Count == 0)
        {
            return facts.Ends is [var last, ..]
                ? $"{facts.User} is not connected; the last connection ended at {Time(last.EndedAt)} ({last.Reason})."
                : $"{facts.User} is not connected, and no node remembers that they were.";
        }

        return FirstToHold(facts, channel) switch
        {
            null => $"{facts.User} is connected, but no connection holds '{channel}'.",
            var holding when holding.Since <= at => $"{facts.User} was connected, but joined '{channel}' only after it was published at {Time(at)}: {After(facts.Journey, holding)}.",
            var holding => $"{facts.User} was not connected to '{channel}' when it was published at {Time(at)}; the first connection that holds it came at {Time(SinceOf(holding))}.",
        };
    }

    // By one clock where that can be: the node's, which also says when the event came there.
    private static string After(Journey journey, ConnectionReport connection)
    {
        var late = SinceOf(connection) - CameTo(journey, connection.Node);
        return late < LongestWait
            ? string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(late.TotalMilliseconds):F0} ms later, at {Time(SinceOf(connection))}")
            : $"at {Time(SinceOf(connection))}";
    }

    private static string Waits(Journey journey) => journey.Log switch
    {
        LogState.NotLogged => "The event has no log: whoever was not there does not get it.",
        LogState.Kept when journey.ExpiresAt is { } until => $"It waits in the log until {Time(until)}: a client that resumes by its cursor gets it.",
        LogState.Kept => "It waits in the log: a client that resumes by its cursor gets it.",
        _ => "",
    };

    // For one who came to the channel without a cursor.
    private static string Stands(Journey journey) => journey.Log == LogState.Kept ? "It stands in the log: a client that reads the channel's history once it has joined has it." : Waits(journey);

    private static string Refusal(DeliveryFacts facts, string channel) =>
        facts.Refusals.FirstOrDefault(refusal => refusal.Channel == channel) is { } refusal ? $" Refused at {Time(refusal.At)} ({refusal.Access})." : "";

    // Nothing waits any more, or nothing did at the end.
    private static bool WasTaken(DeliveryFacts facts, RecordedDelivery delivery) =>
        delivery.State == DeliveryState.Queued
        && (facts.Connections.Any(connection => connection.Id == delivery.ConnectionId && connection.QueuedBytes == 0)
            || (EndOf(facts, delivery) is { } end && ((end.QueuedBytes == 0 && end.Reason != "slow") || end.EndedAt - delivery.At >= LongestWait)));

    private static RecordedEnd? EndOf(DeliveryFacts facts, RecordedDelivery delivery) => facts.Ends.FirstOrDefault(end => end.ConnectionId == delivery.ConnectionId);

    private static ConnectionReport? FirstToHold(DeliveryFacts facts, string channel) => facts.Connections.Where(connection => Holds(connection, channel)).MinBy(SinceOf);

    // Of a connection with more channels than are listed, it may be one of the others.
    private static bool Holds(ConnectionReport connection, string channel) => connection.Channels.Contains(channel, StringComparer.Ordinal);

    // A connection may have joined the channel long after it came.
    private static DateTimeOffset SinceOf(ConnectionReport connection) => connection.ChannelSince ?? connection.Since;

    private static bool Held(Journey journey, ConnectionReport connection) =>
        Holds(connection, journey.Event.Channel) && SinceOf(connection) <= CameTo(journey, connection.Node);

    private static bool Held(Journey journey, RecordedEnd end) =>
        end.Channels.Contains(journey.Event.Channel, StringComparer.Ordinal)
        && (end.ChannelSince ?? end.Since) <= CameTo(journey, end.Node) && CameTo(journey, end.Node) <= end.EndedAt;

    /// <summary>When the event came to a node, by that node's clock; where it remembers nothing of it, when it was published.</summary>
    private static DateTimeOffset CameTo(Journey journey, string? node) => TrackOf(journey, node)?.ReceivedAt ?? journey.Event.Time;

    private static NodeTrack? TrackOf(Journey journey, string? node) => journey.Nodes.FirstOrDefault(track => track.Node == node && !track.IsFromLog);

    private static bool WroteMore(Journey journey, string? node) => TrackOf(journey, node) is { } track && track.Connections > track.Deliveries.Count;

    private static bool Same(string? name, string user) => string.Equals(name, user, StringComparison.OrdinalIgnoreCase);

    private static string Count(int count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("HH:mm:ss.fff 'UTC'", CultureInfo.InvariantCulture);
}
