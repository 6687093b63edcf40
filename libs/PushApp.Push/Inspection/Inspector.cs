using Microsoft.Extensions.Logging;
using PushApp.Push.Redis;

namespace PushApp.Push.Inspection;

/// <summary>Puts together what all processes answer.</summary>
internal sealed partial class Inspector(
    InspectionBus bus, NodeRecorder recorder, RedisChannelLog log, RedisConnection redis, RedisKeys keys, ChannelAccessService access, TimeProvider time, ILogger<Inspector> logger) : IInspector
{
    private const int EventsOfUser = 10;

    public async Task<InspectionPage<NodeReport>> GetNodesAsync(bool withHistory, CancellationToken cancellationToken = default)
    {
        var (answers, missing) = await bus.AskAsync(new Question(QuestionKind.Node) { More = withHistory }, cancellationToken).ConfigureAwait(false);
        List<NodeReport> reports = [.. answers.Select(answer => answer.Report).OfType<NodeReport>().OrderBy(report => report.Service, StringComparer.Ordinal).ThenBy(report => report.Started)];
        return new InspectionPage<NodeReport>(reports, reports.Count, missing);
    }

    public async Task<InspectionPage<ChannelReport>> GetChannelsAsync(string? search, int skip, int take, CancellationToken cancellationToken = default)
    {
        var (answers, missing) = await bus.AskAsync(new Question(QuestionKind.Channels) { Search = search }, cancellationToken).ConfigureAwait(false);
        var all = answers.SelectMany(answer => answer.Channels)
            .GroupBy(report => report.Channel, StringComparer.Ordinal)
            .Select(same => same.Aggregate((sum, next) => sum.With(next)))
            .OrderByDescending(report => report.Subscribers).ThenByDescending(report => report.EventsPerSecond).ThenBy(report => report.Channel, StringComparer.Ordinal)
            .ToList();

        // Nodes that give all they have are counted by channel; of those with more than they give, that much is known.
        var total = Math.Max(all.Count, answers.Select(answer => answer.Total).DefaultIfEmpty().Max());
        return new InspectionPage<ChannelReport>(
            await Task.WhenAll(all.Skip(skip).Take(take).Select(WithLogAsync)).ConfigureAwait(false), total, missing);
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

    public async Task<Journey?> FindJourneyAsync(ChannelName? channel, string id, CancellationToken cancellationToken = default)
    {
        var (answers, missing) = await bus.AskAsync(new Question(QuestionKind.Event) { Channel = channel?.Value, Key = id }, cancellationToken).ConfigureAwait(false);

        // The same id in two channels is as good as impossible: it holds 32 random bits.
        var summary = Merge(answers).FirstOrDefault();
        var (state, entry) = await FindInLogAsync(summary is null ? channel : ChannelName.Parse(summary.Channel), id, mustBeRead: summary is null, cancellationToken).ConfigureAwait(false);
        summary ??= entry is null ? null : new EventSummary(
            id, channel!.Value.Value, entry.Event, IsLogged: true, entry.Time, entry.Data.Length, Connections: 0, [], TraceIds.Of(entry.TraceParent));
        if (summary is null)
        {
            return state == LogState.Expired && channel is { } named
                ? new Journey(new EventSummary(id, named.Value, "", IsLogged: true, default, 0, 0, [], null), null, [], [], state, null, missing)
                : null;
        }

        IReadOnlyList<ShownReport> shown = [];
        if (summary.TraceId is not null)
        {
            var (reports, _) = await bus.AskAsync(new Question(QuestionKind.Shown) { Channel = summary.Channel, Key = summary.TraceId }, cancellationToken).ConfigureAwait(false);
            shown = ShownOf(answers, entry, [.. reports.SelectMany(report => report.Shown)]);
        }

        var expires = Math.Max(entry?.ExpiresMs ?? 0, answers.Max(answer => answer.ExpiresMs));
        return new Journey(
            summary,
            answers.Select(answer => answer.Publish).FirstOrDefault(publish => publish is not null),
            [.. answers.SelectMany(answer => answer.Tracks).OrderBy(track => track.ReceivedAt)],
            shown,
            summary.IsLogged ? state : LogState.NotLogged,
            expires == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(expires),
            missing);
    }

    public async Task<DeliveryVerdict> ExplainAsync(string user, Journey journey, CancellationToken cancellationToken = default)
    {
        var (answers, missing) = await bus.AskAsync(new Question(QuestionKind.User) { Key = user, Channel = journey.Event.Channel }, cancellationToken).ConfigureAwait(false);
        return await ExplainAsync(user, journey, answers, missing, cancellationToken).ConfigureAwait(false);
    }

    public async Task<UserReport> FindUserAsync(string user, CancellationToken cancellationToken = default)
    {
        var hasChannel = ChannelName.TryParse($"user:{Uri.EscapeDataString(user)}", out var own);
        var (answers, missing) = await bus.AskAsync(new Question(QuestionKind.User) { Key = user, Channel = hasChannel ? own.Value : null }, cancellationToken).ConfigureAwait(false);
        List<EventForUser> events = [];
        if (hasChannel)
        {
            var (newest, _) = await AskForEventsAsync(new Question(QuestionKind.Events) { Channel = own.Value }, cancellationToken).ConfigureAwait(false);
            foreach (var journey in await Task.WhenAll(newest.Take(EventsOfUser).Select(item => FindJourneyAsync(own, item.Id, cancellationToken))).ConfigureAwait(false))
            {
                if (journey is not null)
                {
                    events.Add(new EventForUser(journey.Event, await ExplainAsync(user, journey, answers, missing, cancellationToken).ConfigureAwait(false)));
                }
            }
        }

        return new UserReport(
            user,
            [.. answers.SelectMany(answer => answer.Connections)],
            [.. answers.SelectMany(answer => answer.Ends).OrderByDescending(end => end.EndedAt)],
            [.. answers.SelectMany(answer => answer.Refusals).OrderByDescending(refusal => refusal.At)],
            events,
            missing);
    }

    public void Shown(RecordedShow shown) => recorder.Shown(shown);

    private async Task<DeliveryVerdict> ExplainAsync(string user, Journey journey, IReadOnlyList<Answer> answers, int missing, CancellationToken cancellationToken)
    {
        bool? isPermitted = null;
        try
        {
            isPermitted = await access.IsGrantedAsync(new PushPrincipal(user), ChannelName.Parse(journey.Event.Channel), ChannelAccess.Subscribe, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            // Unknown, which the answer takes into account.
            CannotTell(logger, journey.Event.Channel, error);
        }

        return DeliveryExplainer.Explain(new DeliveryFacts(
            user,
            journey,
            [.. answers.SelectMany(answer => answer.Connections)],
            [.. answers.SelectMany(answer => answer.Ends).OrderByDescending(end => end.EndedAt)],
            [.. answers.SelectMany(answer => answer.Refusals).OrderByDescending(refusal => refusal.At)],
            isPermitted,
            missing));
    }

    /// <summary>Newest first.</summary>
    private async Task<(List<EventSummary> Events, int Missing)> AskForEventsAsync(Question question, CancellationToken cancellationToken)
    {
        var (answers, missing) = await bus.AskAsync(question, cancellationToken).ConfigureAwait(false);
        return ([.. Merge(answers).OrderByDescending(item => item.Time)], missing);
    }

    private static IEnumerable<EventSummary> Merge(IEnumerable<Answer> answers) => answers
        .SelectMany(answer => answer.Events)
        .GroupBy(item => (item.Channel, item.Id))
        .Select(same => same.Aggregate((sum, next) => sum.With(next)));

    /// <summary>Of all that was shown of a trace, which may hold many events, what lies below this event's spans.</summary>
    private static List<ShownReport> ShownOf(IReadOnlyList<Answer> answers, LogEntry? entry, List<ShownReport> ofTrace)
    {
        var spans = answers.SelectMany(answer => answer.Tracks).Select(track => TraceIds.SpanOf(track.TraceParent)).Append(TraceIds.SpanOf(entry?.TraceParent)).OfType<string>()
            .ToHashSet(StringComparer.Ordinal);
        return [.. ofTrace.Where(report => spans.Contains(report.SpanId)).OrderBy(report => report.ShownAt)];
    }

    private async Task<(LogState State, LogEntry? Entry)> FindInLogAsync(ChannelName? channel, string id, bool mustBeRead, CancellationToken cancellationToken)
    {
        if (channel is not { } named || !Position.TryParse(id, out var position) || position.Sequence == 0)
        {
            return (LogState.NotLogged, null);
        }

        try
        {
            var page = await log.ReadAsync(named, position.Sequence - 1, 2).WaitAsync(cancellationToken).ConfigureAwait(false);
            var entry = Array.Find(page.Entries, entry => entry.Position == position);
            return entry is null
                ? (page.Head.Sequence >= position.Sequence && !page.Entries.Any(other => other.Position.Sequence == position.Sequence) ? LogState.Expired : LogState.Unknown, null)
                : (entry.ExpiresMs != 0 && entry.ExpiresMs <= time.GetUtcNow().ToUnixTimeMilliseconds() ? LogState.Expired : LogState.Kept, entry);
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
    private static partial void CannotTell(ILogger logger, string channel, Exception error);
}
