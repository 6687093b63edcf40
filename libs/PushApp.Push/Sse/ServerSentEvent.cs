namespace PushApp.Push;

/// <summary>
/// One event of an application's own stream (<see cref="PushResults.ServerSentEvents"/>), by
/// <see href="https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation">the WHATWG specification</see>.
/// </summary>
public sealed record ServerSentEvent
{
    private readonly string? _event;
    private readonly string? _id;
    private readonly TimeSpan? _retry;

    /// <summary>An event with data.</summary>
    /// <param name="data">The data; each of its lines becomes a <c>data</c> line. Null sends no data, and then a browser dispatches nothing.</param>
    /// <param name="eventName">What a browser listens for; null for <c>message</c>.</param>
    /// <param name="id">The new last event id; empty resets it; null leaves it.</param>
    public ServerSentEvent(string? data, string? eventName = null, string? id = null)
    {
        Data = data;
        Event = eventName;
        Id = id;
    }

    /// <summary>The data.</summary>
    public string? Data { get; init; }

    /// <summary>The event's name.</summary>
    /// <exception cref="ArgumentException">It holds a line break.</exception>
    public string? Event
    {
        get => _event;
        init => _event = value?.AsSpan().ContainsAny('\r', '\n') == true
            ? throw new ArgumentException("An event's name holds no line break.", nameof(value))
            : value;
    }

    /// <summary>The id, which comes back as <c>Last-Event-ID</c>.</summary>
    /// <exception cref="ArgumentException">It holds a line break or NUL; browsers ignore an id with NUL.</exception>
    public string? Id
    {
        get => _id;
        init => _id = value?.AsSpan().ContainsAny('\r', '\n', '\0') == true
            ? throw new ArgumentException("An event's id holds no line break and no NUL.", nameof(value))
            : value;
    }

    /// <summary>How long the browser waits before it reconnects, in whole milliseconds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public TimeSpan? Retry
    {
        get => _retry;
        init => _retry = value < TimeSpan.Zero ? throw new ArgumentOutOfRangeException(nameof(value), value, "A delay is not negative.") : value;
    }

    /// <summary>A comment, which browsers ignore.</summary>
    public string? Comment { get; init; }
}
