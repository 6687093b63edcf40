using Microsoft.Extensions.Logging;
using PushApp.Push.Redis;
using PushApp.Push.Telemetry;

namespace PushApp.Push.Inspection;

/// <summary>Puts together what all processes answer.</summary>
internal sealed partial class Inspector(
    InspectionBus bus, NodeRecorder recorder, RedisChannelLog log, RedisConnection redis, RedisKeys keys, ChannelAccessService access, TimeProvider time, ILogger<Inspector> logger) : IInspector
{
    private const int EventsOfUser = 10;

    public async Task<InspectionPage<NodeReport>> GetNodesAsync(bool withHistory, CancellationToken cancellationToken = default)
    {
        var (answers, missing) = await bus.AskAsync(new Question(QuestionKind.Node) { More = withHistory }, cancellationToken).ConfigureAwait(false);
        // Whoever answers has not stopped, whatever others have heard of it.
        List<NodeReport> reports = [.. answers.Select(answer => answer.Report).OfType<NodeReport>().Concat(answers.SelectMany(answer => answer.Departed))
            .DistinctBy(report => report.Node, StringComparer.Ordinal)
            .OrderBy(report => report.State == NodeState.Stopped).ThenBy(report => report.Service, StringComparer.Ordinal).ThenBy(report => report.Started)];
        return new InspectionPage<NodeReport>(reports, reports.Count, missing);
    }

    public async Task<InspectionPage<ChannelReport>> GetChannelsAsync(string? search, int skip, int take, CancellationToken cancellationToken = default)
    {
        var (answers, missing) = await bus.AskAsync(new Question(QuestionKind.Channels) { Search = search }, cancellationToken).ConfigureAwait(false);
        var all = Merge(answers.SelectMany(answer => answer.Channels))
            .OrderByDescending(report => report.Subscribers).ThenByDescending(report => report.EventsPerSecond).ThenBy(report => report.Channel, StringComparer.Ordinal)
            .ToList();

        // Nodes that give all they have are counted by channel; of those with more than they give, that much is known.
        var total = Math.Max(all.Count, answers.Select(answer => answer.Total).DefaultIfEmpty().Max());
        return new InspectionPage<ChannelReport>(
            await Task.WhenAll(all.Skip(skip).Take(take).Select(WithLogAsync)).ConfigureAwait(false), total, missing);
    }

    public async Task<InspectionPage<ChannelReport>> FindChannelAsync(ChannelName channel, CancellationToken cancellationToken = default)
    {
        var (answers, missing) = await bus.AskAsync(new Question(QuestionKind.Channels) { Channel = channel.Value }, cancellationToken).ConfigureAwait(false);
        ChannelReport[] found = [.. Merge(answers.SelectMany(answer => answer.Channels).Where(report => report.Channel == channel.Value))];
        return new InspectionPage<ChannelReport>(await Task.WhenAll(found.Select(WithLogAsync)).ConfigureAwait(false), found.Length, missing);
    }

    public async Task<InspectionPage<ConnectionReport>> GetConnectionsAsync(string? search, int skip, int take, CancellationToken cancellationToken = default)
    {
        // First how many each has, then the part that is wanted, of those who have it: never all connections in one message.
        var question = new Question(QuestionKind.Connections) { Search = search };
        var (counts, missing) = await bus.AskAsync(question, cancellationToken).ConfigureAwait(false);
        var total = counts.Sum(count => count.Total);
        if (take == 0 || skip >= total)
        {
            return new InspectionPage<ConnectionReport>([], total, missing);
        }

        List<ConnectionReport> items = [];
        var before = 0;
        foreach (var count in counts.OrderBy(count => count.Node, StringComparer.Ordinal))
        {
            var from = Math.Max(0, skip - before);
            before += count.Total;
            if (from < count.Total && items.Count < take)
            {
                var (answers, late) = await bus.AskAsync(question with { Node = count.Node, Skip = from, Take = take - items.Count }, cancellationToken).ConfigureAwait(false);
                items.AddRange(answers.SelectMany(answer => answer.Connections));
                missing = late == 0 ? missing : late;
            }
        }

        return new InspectionPage<ConnectionReport>(items, total, missing);
    }

    public async Task<bool> DisconnectAsync(Guid connectionId, CancellationToken cancellationToken = default)
    {
        var (answers, _) = await bus.AskAsync(new Question(QuestionKind.Disconnect) { Connection = connectionId }, cancellationToken).ConfigureAwait(false);
        return answers.Any(answer => answer.Done);
    }

    public async Task<InspectionPage<EventSummary>> GetEventsAsync(string? search, bool ephemeral, int take, CancellationToken cancellationToken = default)
    {
        var (all, missing) = await AskForEventsAsync(new Question(QuestionKind.Events) { Search = search, More = ephemeral }, cancellationToken).ConfigureAwait(false);
        return new InspectionPage<EventSummary>([.. all.Take(take)], all.Count, missing);
    }

    public async Task<Journey?> FindJourneyAsync(ChannelName? channel, string id, CancellationToken cancellationToken = default) =>
        await FindJourneysAsync(channel, [id], cancellationToken).ConfigureAwait(false) is [var journey] ? journey : null;

    public async Task<DeliveryVerdict> ExplainAsync(string user, Journey journey, CancellationToken cancellationToken = default)
    {
        var (answers, missing) = await bus.AskAsync(new Question(QuestionKind.User) { User = user, Channel = journey.Event.Channel }, cancellationToken).ConfigureAwait(false);
        var isPermitted = await IsPermittedAsync(user, ChannelName.Parse(journey.Event.Channel), cancellationToken).ConfigureAwait(false);
        return Explain(user, journey, answers, isPermitted, missing);
    }

    public async Task<UserReport> FindUserAsync(string user, CancellationToken cancellationToken = default)
    {
        var hasChannel = ChannelName.TryParse($"user:{Uri.EscapeDataString(user)}", out var own);
        var asked = bus.AskAsync(new Question(QuestionKind.User) { User = user, Channel = hasChannel ? own.Value : null }, cancellationToken);
        IReadOnlyList<Journey> journeys = [];
        bool? isPermitted = null;
        if (hasChannel)
        {
            var (newest, _) = await AskForEventsAsync(new Question(QuestionKind.Events) { Channel = own.Value }, cancellationToken).ConfigureAwait(false);
            journeys = await FindJourneysAsync(own, [.. newest.Take(EventsOfUser).Select(item => item.Id)], cancellationToken).ConfigureAwait(false);
            isPermitted = await IsPermittedAsync(user, own, cancellationToken).ConfigureAwait(false);
        }

        var (answers, missing) = await asked.ConfigureAwait(false);
        return new UserReport(
            user,
            [.. answers.SelectMany(answer => answer.Connections)],
            [.. answers.SelectMany(answer => answer.Ends).OrderByDescending(end => end.EndedAt)],
            [.. answers.SelectMany(answer => answer.Refusals).OrderByDescending(refusal => refusal.At)],
            [.. journeys.Select(journey => new EventForUser(journey.Event, Explain(user, journey, answers, isPermitted, missing)))],
            missing);
    }

    public void Shown(RecordedShow shown) => recorder.Shown(shown);

    /// <summary>What became of some events, by two questions however many they are; of an event that neither a process nor the log knows, nothing.</summary>
    /// <param name="channel">Their channel; null, of one event, for any.</param>
    /// <param name="ids">The events.</param>
    /// <param name="cancellationToken">Ends the waiting for answers.</param>
    private async Task<IReadOnlyList<Journey>> FindJourneysAsync(ChannelName? channel, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        if (ids.Count == 0)
        {
            return [];
        }

        var (answers, missing) = await bus.AskAsync(new Question(QuestionKind.Event) { Channel = channel?.Value, Keys = ids }, cancellationToken).ConfigureAwait(false);
        var facts = answers.SelectMany(answer => answer.Facts).ToLookup(fact => fact.Id, StringComparer.Ordinal);
        var found = await Task.WhenAll(ids.Select(id => FindAsync(channel, id, [.. facts[id]], cancellationToken))).ConfigureAwait(false);

        // What browsers have shown lies below the spans that went out to them.
        string[] spans = [.. found.OfType<FoundEvent>().Where(item => item.Summary.TraceId is not null).SelectMany(SpansOf).Distinct(StringComparer.Ordinal)];
        IReadOnlyList<ShownReport> shown = [];
        if (spans.Length > 0)
        {
            var of = found.OfType<FoundEvent>().First().Summary.Channel;
            var (reports, _) = await bus.AskAsync(new Question(QuestionKind.Shown) { Channel = of, Keys = spans }, cancellationToken).ConfigureAwait(false);
            shown = [.. reports.SelectMany(report => report.Shown).OrderBy(report => report.ShownAt)];
        }

        var began = answers.Max(answer => answer.Began);
        return [.. found.OfType<FoundEvent>().Select(item => ToJourney(item, shown, missing) with { RememberedSince = began > item.Summary.Time ? began : null })];
    }

    /// <summary>An event as the processes and the log know it; null where none does.</summary>
    private async Task<FoundEvent?> FindAsync(ChannelName? channel, string id, EventFacts[] facts, CancellationToken cancellationToken)
    {
        // The same id in two channels is as good as impossible: it holds 32 random bits.
        var summary = Merge(facts.SelectMany(fact => fact.Summaries)).FirstOrDefault();
        var (state, entry) = await FindInLogAsync(summary is null ? channel : ChannelName.Parse(summary.Channel), id, mustBeRead: summary is null, cancellationToken).ConfigureAwait(false);
        if (summary is null && channel is { } named)
        {
            summary = entry is not null
                ? new EventSummary(id, named.Value, entry.Event, IsLogged: true, entry.Time, entry.Data.Length, Connections: 0, [], TraceIds.Of(entry.TraceParent))
                { IsSampled = TraceContext.IsSampled(entry.TraceParent) }
                : state == LogState.Expired ? new EventSummary(id, named.Value, "", IsLogged: true, default, 0, 0, [], null) : null;
        }

        return summary is null ? null : new FoundEvent(summary, facts, state, entry);
    }

    private static Journey ToJourney(FoundEvent item, IReadOnlyList<ShownReport> shown, int missing)
    {
        var spans = SpansOf(item).ToHashSet(StringComparer.Ordinal);
        var expires = Math.Max(item.Entry?.ExpiresMs ?? 0, item.Facts.Select(fact => fact.ExpiresMs).DefaultIfEmpty().Max());
        return new Journey(
            item.Summary,
            item.Facts.Select(fact => fact.Publish).FirstOrDefault(publish => publish is not null),
            [.. item.Facts.SelectMany(fact => fact.Tracks).OrderBy(track => track.ReceivedAt)],
            [.. shown.Where(report => spans.Contains(report.SpanId))],
            item.Summary.IsLogged ? item.Log : LogState.NotLogged,
            expires == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(expires),
            missing);
    }

    private static IEnumerable<string> SpansOf(FoundEvent item) =>
        item.Facts.SelectMany(fact => fact.Tracks).Select(track => TraceIds.SpanOf(track.TraceParent)).Append(TraceIds.SpanOf(item.Entry?.TraceParent)).OfType<string>();

    /// <summary>Null where it cannot be told.</summary>
    private async Task<bool?> IsPermittedAsync(string user, ChannelName channel, CancellationToken cancellationToken)
    {
        try
        {
            return await access.IsGrantedAsync(new PushPrincipal(user), channel, ChannelAccess.Subscribe, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            // Unknown, which the answer takes into account.
            CannotTell(logger, channel, error);
            return null;
        }
    }

    private static DeliveryVerdict Explain(string user, Journey journey, IReadOnlyList<Answer> answers, bool? isPermitted, int missing) => DeliveryExplainer.Explain(new DeliveryFacts(
        user,
        journey,
        [.. answers.SelectMany(answer => answer.Connections)],
        [.. answers.SelectMany(answer => answer.Ends).OrderByDescending(end => end.EndedAt)],
        [.. answers.SelectMany(answer => answer.Refusals).OrderByDescending(refusal => refusal.At)],
        isPermitted,
        missing));

    /// <summary>Newest first.</summary>
    private async Task<(List<EventSummary> Events, int Missing)> AskForEventsAsync(Question question, CancellationToken cancellationToken)
    {
        var (answers, missing) = await bus.AskAsync(question, cancellationToken).ConfigureAwait(false);
        return ([.. Merge(answers.SelectMany(answer => answer.Events)).OrderByDescending(item => item.Time)], missing);
    }

    private static IEnumerable<EventSummary> Merge(IEnumerable<EventSummary> summaries) => summaries
        .GroupBy(item => (item.Channel, item.Id))
        .Select(same => same.Aggregate((sum, next) => sum.With(next)));

    private static IEnumerable<ChannelReport> Merge(IEnumerable<ChannelReport> reports) => reports
        .GroupBy(report => report.Channel, StringComparer.Ordinal)
        .Select(same => same.Aggregate((sum, next) => sum.With(next)));

    private async Task<(LogState State, LogEntry? Entry)> FindInLogAsync(ChannelName? channel, string id, bool mustBeRead, CancellationToken cancellationToken)
    {
        if (channel is not { } named || !Position.TryParse(id, out var position) || position.Sequence == 0)
        {
            return (LogState.NotLogged, null);
        }

        try
        {
            var (entry, isTrimmed) = await log.FindAsync(named, position).WaitAsync(cancellationToken).ConfigureAwait(false);
            var hasExpired = entry is { ExpiresMs: > 0 and var expires } && expires <= time.GetUtcNow().ToUnixTimeMilliseconds();
            return (isTrimmed || hasExpired ? LogState.Expired : entry is null ? LogState.Unknown : LogState.Kept, entry);
        }
        catch (Exception error) when (BrokerErrors.IsPassing(error))
        {
            // Whether there is such an event, only the log could tell.
            if (mustBeRead)
            {
                throw new BrokerUnavailableException($"The log of '{named}' cannot be read: the broker does not answer.", error);
            }

            CannotRead(logger, named, error);
            return (LogState.Unknown, null);
        }
    }

    private async Task<ChannelReport> WithLogAsync(ChannelReport report)
    {
        var channel = ChannelName.Parse(report.Channel);
        try
        {
            var length = redis.Database.ListLengthAsync(keys.Log(channel));
            var heads = await log.ReadHeadsAsync([channel]).ConfigureAwait(false);
            // Sequences count from 1: what is beyond is the root entry that every log begins with.
            return report with { LogLength = Math.Min(await length.ConfigureAwait(false), heads[0]?.Sequence ?? 0), LogHead = heads[0]?.ToString() };
        }
        catch (Exception error) when (BrokerErrors.IsPassing(error))
        {
            CannotRead(logger, channel, error);
            return report;
        }
    }

    [LoggerMessage(75, LogLevel.Warning, "Could not read the log of channel {Channel} to look into it.")]
    private static partial void CannotRead(ILogger logger, ChannelName channel, Exception error);

    [LoggerMessage(76, LogLevel.Warning, "Could not tell whether somebody may read channel {Channel}.")]
    private static partial void CannotTell(ILogger logger, ChannelName channel, Exception error);

    /// <summary>An event, what each process knows of it, and what the log does.</summary>
    private sealed record FoundEvent(EventSummary Summary, IReadOnlyList<EventFacts> Facts, LogState Log, LogEntry? Entry);
}
