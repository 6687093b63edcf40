using System.Text;
using PushApp.Push.Inspection;
using PushApp.Push.Redis;
using PushApp.Push.Sse;

namespace PushApp.Push.Hub;

/// <summary>One event on this node: decoded once, and encoded once per protocol, however many connections it is written to.</summary>
internal sealed class HubEvent
{
    private byte[]? _sseFrame;

    public HubEvent(LogEntry entry, HubChannel channel, Delivery? delivery = null)
    {
        Delivery = delivery;
        Entry = entry;
        Channel = channel;
        CursorPart = entry.IsLogged ? channel.FormatCursorPart(entry.Position) : [];
    }

    public LogEntry Entry { get; }

    public HubChannel Channel { get; }

    /// <summary>The span of its fan-out; null where it is not traced, or was read from the log.</summary>
    public Delivery? Delivery { get; }

    /// <summary>What is remembered of it; null where nothing is.</summary>
    public RecordedEvent? Record { get; set; }

    /// <summary>The trace context that goes out with it (https://www.w3.org/TR/trace-context/#traceparent-header): its fan-out's here, else its publisher's.</summary>
    public string? TraceParent => Delivery?.TraceParent ?? Entry.TraceParent;

    public Position Position => Entry.Position;

    /// <summary>What a connection's cursor says of this channel once it has this event; empty for an ephemeral event.</summary>
    public byte[] CursorPart { get; }

    /// <summary>Everything of the SSE frame but the id, which differs between connections. Two loops may both encode it; either result will do.</summary>
    public byte[] SseFrame => _sseFrame ??= SseFormatter.FormatEvent(this);

    /// <summary>What another protocol than SSE made of it, for all its connections. Two loops may both set it; either value will do.</summary>
    public object? Encoded { get; set; }

    public int Size => 128 + Entry.Data.Length + Encoding.UTF8.GetMaxByteCount(Entry.Event.Length);

    /// <summary>Whether its time to live has passed, so that those who resume only step over it.</summary>
    public bool IsExpired(long nowMs) => Entry.ExpiresMs != 0 && Entry.ExpiresMs <= nowMs;
}
