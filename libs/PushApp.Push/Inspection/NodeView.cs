using Microsoft.Extensions.Hosting;
using PushApp.Push.Hub;
using PushApp.Push.Redis;
using PushApp.Push.Telemetry;

namespace PushApp.Push.Inspection;

/// <summary>This process' own answers to what is asked of all. Thread-safe; everything it gives is bounded by what was asked for.</summary>
internal sealed class NodeView(
    NodeName name,
    NodeRecorder recorder,
    NodeSampler sampler,
    ChannelHub hub,
    StreamRegistry registry,
    PushMetrics metrics,
    RedisConnection redis,
    DepartedNodes departed,
    IHostApplicationLifetime lifetime,
    TimeProvider time)
{
    public const int MaxChannels = 200;
    public const int MaxEvents = 200;

    private const int MaxOfUser = 50;
    private const int ShownChannels = 8;

    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(1);

    private readonly DateTimeOffset _started = time.GetUtcNow();
    private readonly long _startedAt = time.GetTimestamp();
    private long _stoppingAt;

    public async Task<Answer> AnswerAsync(Question question, CancellationToken cancellationToken) => question.Kind switch
    {
        QuestionKind.Node => NewAnswer() with { Report = await ReportAsync(question.More, cancellationToken).ConfigureAwait(false), Departed = departed.All },
        QuestionKind.Channels => Channels(question.Search, question.Channel),
        QuestionKind.Connections => Connections(question.Search, question.Skip, question.Take),
        QuestionKind.Disconnect => NewAnswer() with { Done = Disconnect(question.Connection) },
        QuestionKind.Events => Events(question.Search, question.Channel, ephemeral: question.More),
        QuestionKind.Event => NewAnswer() with { Facts = Facts(question.Channel, question.Keys) },
        QuestionKind.Shown => NewAnswer() with { Shown = Shown(question.Channel, question.Keys) },
        QuestionKind.User => User(question.User ?? "", question.Channel),
        _ => NewAnswer(),
    };

    public async Task<NodeReport> ReportAsync(bool withHistory, CancellationToken cancellationToken)
    {
        var roundTrip = await PingAsync(cancellationToken).ConfigureAwait(false);
        return new NodeReport(
            name.Value,
            name.Service,
            _started,
            Math.Round(time.GetElapsedTime(_startedAt).TotalSeconds),
            metrics.Open,
            hub.Channels().Length,
            Environment.WorkingSet,
            hub.OutboxBytes,
            roundTrip is not null,
            roundTrip,
            recorder.EventCount,
            sampler.Newest)
        {
            State = lifetime.ApplicationStopping.IsCancellationRequested ? NodeState.Stopping : NodeState.Running,
            StateSince = lifetime.ApplicationStopping.IsCancellationRequested ? StoppingSince() : _started,
            History = withHistory ? sampler.All : null,
        };
    }

    /// <summary>When it was first seen that the process is stopping, which its own report is at once.</summary>
    private DateTimeOffset StoppingSince()
    {
        var now = time.GetUtcNow().Ticks;
        var first = Interlocked.CompareExchange(ref _stoppingAt, now, 0);
        return new DateTimeOffset(first == 0 ? now : first, TimeSpan.Zero);
    }

    private async Task<double?> PingAsync(CancellationToken cancellationToken)
    {
        try
        {
            return Math.Round((await redis.Database.PingAsync().WaitAsync(PingTimeout, time, cancellationToken).ConfigureAwait(false)).TotalMilliseconds, 3);
        }
        catch (Exception error) when (error is TimeoutException || BrokerErrors.IsPassing(error) || error is ObjectDisposedException)
        {
            // That it does not answer is the figure.
            return null;
        }
    }

    private Answer Channels(string? search, string? only)
    {
        var found = hub.Channels().Where(each => only is null ? Contains(each.Channel.Name.Value, search) : each.Channel.Name.Value == only).ToList();
        return NewAnswer() with
        {
            Total = found.Count,
            Channels = [.. found
                .Select(each => (each.Channel, each.Subscribers, each.Channel.Figures))
                .OrderByDescending(each => each.Subscribers).ThenByDescending(each => each.Figures.EventsPerSecond).ThenBy(each => each.Channel.Name.Value, StringComparer.Ordinal)
                .Take(MaxChannels)
                .Select(each => new ChannelReport(
                    each.Channel.Name.Value, each.Subscribers, Math.Round(each.Figures.EventsPerSecond, 2),
                    new Dictionary<string, string>(StringComparer.Ordinal) { [name.Value] = each.Figures.Position.ToString() }))],
        };
    }

    private Answer Connections(string? search, int skip, int take)
    {
        var found = Open().Where(connection => Matches(connection, search)).ToList();
        return NewAnswer() with
        {
            Total = found.Count,
            Connections = take == 0 ? [] : [.. found.OrderByDescending(connection => connection.Since).ThenBy(connection => connection.Id).Skip(skip).Take(take).Select(ToReport)],
        };
    }

    private bool Disconnect(Guid id)
    {
        if (registry.All.FirstOrDefault(stream => stream.Id == id) is not { } stream)
        {
            return false;
        }

        stream.End(CloseReason.Stopped);
        return true;
    }

    private Answer Events(string? search, string? channel, bool ephemeral)
    {
        var published = recorder.Publishes(logged: true, ephemeral).Select(item => item.ToSummary(name.Value));
        var received = recorder.Events(logged: true, ephemeral).Select(item => item.ToSummary(name.Value));
        return NewAnswer() with
        {
            Events = [.. Newest(received), .. Newest(published)],
        };

        IEnumerable<EventSummary> Newest(IEnumerable<EventSummary> all) => all.Where(item => (channel is null || item.Channel == channel) && Matches(item, search)).Take(MaxEvents);
    }

    private List<EventFacts> Facts(string? channel, IReadOnlyList<string> keys)
    {
        var received = Find(recorder.Events(logged: true, ephemeral: true).Concat(recorder.FromLog()), item => item.Channel, item => item.Key);
        var published = Find(recorder.Publishes(logged: true, ephemeral: true), item => item.Channel, item => item.Key);
        return [.. keys.Where(key => received.Contains(key) || published.Contains(key)).Select(key => new EventFacts(
            key,
            [.. received[key].Select(item => item.ToSummary(name.Value)), .. published[key].Take(1).Select(item => item.ToSummary(name.Value))],
            [.. received[key].Select(item => item.ToTrack(name.Value))],
            published[key].FirstOrDefault()?.ToTrack(name.Value),
            received[key].Select(item => item.ExpiresMs).FirstOrDefault()))];

        ILookup<string, T> Find<T>(IEnumerable<T> all, Func<T, ChannelName> channelOf, Func<T, string> keyOf) => all
            .Where(item => channel is null || channelOf(item).Value == channel)
            .Select(item => (Key: keyOf(item), Item: item)).Where(each => keys.Contains(each.Key, StringComparer.Ordinal))
            .ToLookup(each => each.Key, each => each.Item, StringComparer.Ordinal);
    }

    private List<ShownReport> Shown(string? channel, IReadOnlyList<string> spans) => [.. recorder.Shows()
        .Where(shown => spans.Contains(shown.SpanId, StringComparer.Ordinal) && shown.Channel.Value == channel)
        .Take(MaxEvents)
        .Select(shown => new ShownReport(shown.User, shown.Carrier, shown.SpanId, shown.ReceivedAt, shown.ShownAt))];

    private Answer User(string user, string? channel) => NewAnswer() with
    {
        Connections = [.. Open().Where(connection => Same(connection.Principal.UserName, user)).OrderByDescending(connection => connection.Since).Take(MaxOfUser)
            .Select(connection => ToReport(connection, channel))],
        Ends = [.. recorder.Ends().Where(end => Same(end.User, user)).Take(MaxOfUser).Select(end => end.About(channel, name.Value))],
        Refusals = [.. recorder.Refusals().Where(refusal => Same(refusal.User, user)).Take(MaxOfUser)],
    };

    private Answer NewAnswer() => new("", name.Value) { Began = registry.IsMapped ? recorder.Began : null };

    private IEnumerable<HubConnection> Open() => registry.All.OfType<HubConnection>().Where(connection => !connection.IsCompleted);

    private ConnectionReport ToReport(HubConnection connection) => ToReport(connection, null);

    /// <summary>With the channel that is asked about among those that are named, if it is held.</summary>
    private ConnectionReport ToReport(HubConnection connection, string? channel)
    {
        var subscriptions = connection.Subscriptions;
        return new ConnectionReport(
            connection.Id,
            name.Value,
            connection.Principal.UserName,
            connection.Principal.ApiKey?.KeyId,
            connection.Transport,
            connection.Carrier,
            connection.Place,
            connection.RemoteAddress,
            connection.Since,
            connection.WaitingBytes,
            connection.RoundTrip is { } roundTrip ? Math.Round(roundTrip.TotalMilliseconds, 1) : null,
            [.. subscriptions.Select(subscription => subscription.Channel.Name.Value).OrderBy(held => held != channel).Take(ShownChannels)],
            subscriptions.Length)
        {
            ChannelSince = subscriptions.FirstOrDefault(held => held.Channel.Name.Value == channel) is { } asked ? asked.HeldSince ?? time.GetUtcNow() : null,
        };
    }

    private static bool Matches(HubConnection connection, string? search) =>
        string.IsNullOrEmpty(search)
        || Contains(connection.Principal.UserName ?? connection.Principal.ApiKey?.KeyId ?? "visitor", search)
        || Contains(connection.RemoteAddress ?? "", search)
        || Contains(connection.Carrier, search)
        || Contains(connection.Transport, search)
        || BeginsWith(connection.Id, search)
        || connection.Subscriptions.Any(subscription => Contains(subscription.Channel.Name.Value, search));

    private static bool Matches(EventSummary item, string? search) =>
        string.IsNullOrEmpty(search) || Contains(item.Channel, search) || Contains(item.Event, search) || item.Id.StartsWith(search, StringComparison.Ordinal)
        || item.TraceId == search;

    private static bool BeginsWith(Guid id, string search)
    {
        Span<char> text = stackalloc char[36];
        return id.TryFormat(text, out _) && text.StartsWith(search, StringComparison.OrdinalIgnoreCase);
    }

    private static bool Contains(string text, string? search) => string.IsNullOrEmpty(search) || text.Contains(search, StringComparison.OrdinalIgnoreCase);

    private static bool Same(string? name, string user) => string.Equals(name, user, StringComparison.OrdinalIgnoreCase);
}
