using System.Text.Json;
using PushApp.Push.Hub;

namespace PushApp.Push.Sse;

/// <summary>Who gives back what a stream held, when it ends long after its request.</summary>
internal interface IHandedOverOwner
{
    /// <summary>It is about to be closed: its place is free before its client sees the end, and may come back. On the stream's loop, as the next.</summary>
    void OnEnding(StreamLease lease);

    /// <summary>It is closed.</summary>
    void OnEnded(SseConnection connection, CloseReason reason);
}

/// <summary>A stream of Server-Sent Events. A stream of one channel shares every byte with the others; one of several appends its own cursor.</summary>
internal sealed class SseConnection(FanOutLoop loop, PushPrincipal principal, string? remoteAddress, DateTimeOffset since, StreamOptions options, bool cursorIsUnknown)
    : HubConnection(loop, principal, remoteAddress, since, options.MaxOutboxBytes)
{
    private IHandedOverOwner? _owner;
    private StreamLease _lease;
    private IReadOnlyList<ChannelName>? _requested;

    public override string Transport => "sse";

    /// <summary>The channels that it asks for, until it holds them: a change of access while it opens is about them. Any thread.</summary>
    public IReadOnlyList<ChannelName>? Requested
    {
        get => Volatile.Read(ref _requested);
        set => Volatile.Write(ref _requested, value);
    }

    public override void AddCheckedChannels(List<ChannelName> list)
    {
        // Looked at first: once it is gone, the subscriptions are there.
        if (Requested is { } requested)
        {
            list.AddRange(requested);
        }
        else
        {
            base.AddCheckedChannels(list);
        }
    }

    /// <summary>Goes on without its request: at its end, the owner gives back what it held. Before it joins.</summary>
    public void HandOver(IHandedOverOwner owner, StreamLease lease)
    {
        _lease = lease;
        _owner = owner;
    }

    public override void Complete(CloseReason reason)
    {
        var owner = Interlocked.Exchange(ref _owner, null);
        owner?.OnEnding(_lease);
        base.Complete(reason);
        owner?.OnEnded(this, reason);
    }

    public override void WriteHead(bool brokerConnected)
    {
        Write(SseFormatter.FormatRetry(options.Retry));

        // Tells our client after how long a silence is one; to others it is a comment.
        Write(System.Text.Encoding.ASCII.GetBytes($": heartbeat {(int)options.HeartbeatInterval.TotalSeconds}\n"));
        if (cursorIsUnknown || !TryWriteCursor())
        {
            Write(SseFormatter.EndOfEvent);
        }

        if (cursorIsUnknown)
        {
            WriteReset([.. Subscriptions.Select(subscription => subscription.Channel.Name)], ResetReasons.Unknown);
        }

        if (!brokerConnected)
        {
            WriteBrokerStatus(connected: false);
        }
    }

    public override bool SendEvent(HubEvent item)
    {
        if (Subscriptions.Length > 1)
        {
            return WriteEvent(item);
        }

        Send(item.SseFrame);
        return true;
    }

    public override bool WriteEvent(HubEvent item)
    {
        Write(item.SseFrame.Fields);
        if (item.Entry.IsLogged)
        {
            WriteId();
        }
        else
        {
            Write(SseFormatter.EndOfEvent);
        }

        return true;
    }

    public override void WriteReset(IReadOnlyList<ChannelName> channels, string reason)
    {
        Write(SseFormatter.FormatControl(
            "push.reset", JsonSerializer.Serialize(new { channels = channels.Select(channel => channel.Value), reason }, JsonSerializerOptions.Web)));
        WriteCursor();
    }

    /// <summary>An id without data: a browser takes it as its last event id and dispatches nothing.</summary>
    public override void WriteCursor() => TryWriteCursor();

    public override void WriteHeartbeat() => Write(SseFormatter.Heartbeat);

    public override void WriteBrokerStatus(bool connected) =>
        Write(SseFormatter.FormatControl("push.status", connected ? """{"broker":"ok"}""" : """{"broker":"lost"}"""));

    public override void WriteClosing(CloseReason reason, TimeSpan? returnAfter) =>
        Write(SseFormatter.FormatClosing(reason, returnAfter ?? options.Retry));

    private bool TryWriteCursor()
    {
        foreach (var subscription in Subscriptions)
        {
            if (subscription.CursorPart.Length > 0)
            {
                WriteId();
                return true;
            }
        }

        return false;
    }

    private void WriteId()
    {
        var subscriptions = Subscriptions;
        Span<byte> line = stackalloc byte[SseFormatter.Id.Length + Cursor.MaxLength + 2];
        SseFormatter.Id.CopyTo(line);
        var length = SseFormatter.Id.Length;
        foreach (var subscription in subscriptions)
        {
            var part = subscription.CursorPart;
            if (part.Length == 0)
            {
                continue;
            }

            if (length > SseFormatter.Id.Length)
            {
                line[length++] = Cursor.Separator;
            }

            part.CopyTo(line[length..]);
            length += part.Length;
        }

        line[length++] = (byte)'\n';
        line[length++] = (byte)'\n';
        Write(line[..length]);
    }
}
