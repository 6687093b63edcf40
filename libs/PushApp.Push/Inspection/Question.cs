using System.Text.Json.Serialization;
using PushApp.Push.Redis;

namespace PushApp.Push.Inspection;

/// <summary>What whoever looks asks all processes.</summary>
internal enum QuestionKind
{
    /// <summary>Somebody watches: tell your figures on <see cref="InspectionChannel"/>. Nobody answers.</summary>
    Watched,

    /// <summary>Your figures.</summary>
    Node,

    /// <summary>Your busiest channels.</summary>
    Channels,

    /// <summary>Some of your connections.</summary>
    Connections,

    /// <summary>End a connection, if it is yours.</summary>
    Disconnect,

    /// <summary>Your newest events.</summary>
    Events,

    /// <summary>What you know of some events.</summary>
    Event,

    /// <summary>What browsers told you that lies below some spans.</summary>
    Shown,

    /// <summary>What you know of a user.</summary>
    User,

    /// <summary>I stop now: remember <see cref="Question.Report"/>. Nobody answers.</summary>
    Left,
}

/// <summary>A question. Which fields there are depends on its kind.</summary>
internal sealed record Question(QuestionKind Kind)
{
    /// <summary>Whom to answer.</summary>
    public string From { get; init; } = "";

    public string Id { get; init; } = "";

    /// <summary>The only process that is asked; null for all.</summary>
    public string? Node { get; init; }

    public string? Search { get; init; }

    public string? Channel { get; init; }

    /// <summary>Events, or spans.</summary>
    public IReadOnlyList<string> Keys { get; init; } = [];

    public string? User { get; init; }

    public Guid Connection { get; init; }

    public int Skip { get; init; }

    public int Take { get; init; }

    /// <summary>Whether more is wanted: figures over time, or events without a log.</summary>
    public bool More { get; init; }

    /// <summary>Of one that leaves: its last words.</summary>
    public NodeReport? Report { get; init; }
}

/// <summary>One process' answer.</summary>
internal sealed record Answer(string Id, string Node) : IBusReply
{
    /// <summary>Since when it remembers who was connected; null where nobody ever is, as its process maps no stream of channels.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Began { get; init; }

    public NodeReport? Report { get; init; }

    /// <summary>Processes that it knows to have stopped lately.</summary>
    public IReadOnlyList<NodeReport> Departed { get; init; } = [];

    public int Total { get; init; }

    public IReadOnlyList<ChannelReport> Channels { get; init; } = [];

    public IReadOnlyList<ConnectionReport> Connections { get; init; } = [];

    public IReadOnlyList<EventSummary> Events { get; init; } = [];

    public IReadOnlyList<EventFacts> Facts { get; init; } = [];

    public IReadOnlyList<RecordedEnd> Ends { get; init; } = [];

    public IReadOnlyList<RecordedRefusal> Refusals { get; init; } = [];

    public IReadOnlyList<ShownReport> Shown { get; init; } = [];

    public bool Done { get; init; }
}
