using System.Text;
using PushApp.Push.Inspection;
using PushApp.Push.Redis;
using PushApp.Push.Sse;
using PushApp.Push.Telemetry;

namespace PushApp.Push.Hub;

/// <summary>One event on this node: decoded once, and encoded once per protocol, however many connections it is written to.</summary>
internal sealed class HubEvent
{
    private SseFrame? _sseFrame;
    private HubEvent? _untraced;
    private int _resumed;

    public HubEvent(LogEntry entry, HubChannel channel, Delivery? delivery = null)
    {
        Delivery = delivery;
        Entry = entry;
        Channel = channel;
        TraceParent = delivery?.TraceParent ?? entry.TraceParent;
        IsTraced = TraceContext.IsSampled(TraceParent);
        CursorPart = entry.IsLogged ? channel.FormatCursorPart(entry.Position) : [];
    }

    private HubEvent(HubEvent original)
    {
        Entry = original.Entry;
        Channel = original.Channel;
        TraceParent = TraceContext.WithoutSampling(original.TraceParent);
        CursorPart = original.CursorPart;
    }

    public LogEntry Entry { get; }

    public HubChannel Channel { get; }

    /// <summary>The span of its fan-out; null where it is not traced, or was read from the log.</summary>
    public Delivery? Delivery { get; }

    /// <summary>What is remembered of it; null where nothing is.</summary>
    public RecordedEvent? Record { get; set; }

    /// <summary>The trace context that goes out with it (https://www.w3.org/TR/trace-context/#traceparent-header): its fan-out's here, else its publisher's.</summary>
    public string? TraceParent { get; }

    /// <summary>Whether its trace is recorded, so that whoever gets it goes on with it.</summary>
    public bool IsTraced { get; }

    /// <summary>The same for connections beyond those that are traced: with a trace context that asks nobody to record. Two loops may both make it; either will do.</summary>
    public HubEvent Untraced => _untraced ??= IsTraced ? new HubEvent(this) : this;

    /// <summary>What one more connection gets that comes back for it: this, as long as no more than some have, so that the return of 10,000 is not 10,000 spans.</summary>
    public HubEvent ForResumed(int traced) => !IsTraced || Interlocked.Increment(ref _resumed) <= traced ? this : Untraced;

    public Position Position => Entry.Position;

    /// <summary>What a connection's cursor says of this channel once it has this event; empty for an ephemeral event.</summary>
    public byte[] CursorPart { get; }

    /// <summary>It as Server-Sent Events carry it. Two loops may both make it; either will do.</summary>
    public SseFrame SseFrame => _sseFrame ??= SseFormatter.FormatEvent(this);

    /// <summary>What another protocol than SSE made of it, for all its connections. Two loops may both set it; either value will do.</summary>
    public object? Encoded { get; set; }

    public int Size => 128 + Entry.Data.Length + Encoding.UTF8.GetMaxByteCount(Entry.Event.Length);

    /// <summary>Whether its time to live has passed, so that those who resume only step over it.</summary>
    public bool IsExpired(long nowMs) => Entry.ExpiresMs != 0 && Entry.ExpiresMs <= nowMs;
}
