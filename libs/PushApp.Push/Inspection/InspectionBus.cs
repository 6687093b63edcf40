using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PushApp.Push.Hub;
using PushApp.Push.Redis;

namespace PushApp.Push.Inspection;

/// <summary>
/// Asks all processes, over one Redis channel, and answers them; takes this node's figures, and has all nodes tell theirs while somebody here watches. At most once.
/// </summary>
internal sealed partial class InspectionBus(
    RedisConnection redis,
    RedisKeys keys,
    RedisChannelLog log,
    ChannelHub hub,
    NodeName name,
    NodeView view,
    NodeSampler sampler,
    DepartedNodes departed,
    IHostApplicationLifetime lifetime,
    IOptions<PushOptions> options,
    TimeProvider time,
    ILogger<InspectionBus> logger) : BackgroundService
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    // Nobody waits for long for a process to say that it ends.
    private static readonly TimeSpan FarewellTimeout = TimeSpan.FromSeconds(1);

    private readonly InspectionOptions _options = options.Value.Inspection;
    private readonly QuestionBus<Question, Answer> _bus = new(redis, keys.Inspection, keys.InspectionAnswers, name.Value, InspectionJson.Options, time, logger);
    private readonly OutageLog _subscribing = new(logger, "listen to those who look into this process");
    private readonly OutageLog _asking = new(logger, "ask the other processes");
    private readonly OutageLog _answering = new(logger, "answer whoever looks into this process");
    private readonly TaskCompletionSource _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _toldAt;

    /// <summary>Asks everybody, this process too.</summary>
    /// <returns>The answers, and how many did not answer in time; -1 where the broker is away, so that only this process was asked.</returns>
    public async Task<(IReadOnlyList<Answer> Answers, int Missing)> AskAsync(Question question, CancellationToken cancellationToken)
    {
        if (question.Node is { } only && only == name.Value)
        {
            return ([await view.AnswerAsync(question, cancellationToken).ConfigureAwait(false)], 0);
        }

        IReadOnlyList<Answer> own = question.Node is not null ? [] : [await view.AnswerAsync(question, cancellationToken).ConfigureAwait(false)];
        try
        {
            await _listening.Task.WaitAsync(_options.AnswerTimeout, time, cancellationToken).ConfigureAwait(false);
            var (answers, missing) = await _bus.AskAsync(
                id => question with { From = name.Value, Id = id }, question.Node is null ? null : 1, _options.AnswerTimeout, cancellationToken).ConfigureAwait(false);
            _asking.Succeeded();
            if (missing > 0)
            {
                Silent(logger, question.Kind, missing);
            }

            return ([.. own, .. answers], missing);
        }
        catch (Exception error) when (error is TimeoutException || BrokerErrors.IsPassing(error))
        {
            _asking.Failed(error);
            return (own, -1);
        }
    }

    /// <summary>Ends answering, and says that this process has stopped: what comes after is only the closing of its connections.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        if (!_listening.Task.IsCompletedSuccessfully)
        {
            return;
        }

        try
        {
            await LeaveAsync(cancellationToken).WaitAsync(FarewellTimeout, time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            // Whoever looks finds that it is no longer heard of.
            CannotLeave(logger, error);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Said at once: until it has stopped, which may take its time, it takes nothing new.
        await using var stopping = lifetime.ApplicationStopping.Register(() => _ = Task.Run(TellOfStoppingAsync, CancellationToken.None));
        try
        {
            await SubscribeAsync(stoppingToken).ConfigureAwait(false);
            using var timer = new PeriodicTimer(_options.SampleInterval, time);
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            {
                sampler.Take();
                if (hub.SubscribersOf(InspectionChannel.Name) > 0)
                {
                    await AnnounceAsync().ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    private async Task SubscribeAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await _bus.ListenAsync(question => TakeQuestion(question, stoppingToken), stoppingToken).ConfigureAwait(false);
                _listening.TrySetResult();
                _subscribing.Succeeded();
                return;
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                // Whatever it is (a broker that permits this channel to nobody, say): looking into a process never ends it.
                _subscribing.Failed(error);
            }

            await Task.Delay(RetryDelay, time, stoppingToken).ConfigureAwait(false);
        }
    }

    /// <summary>Somebody here watches: everybody is to tell.</summary>
    private async Task AnnounceAsync()
    {
        try
        {
            await _bus.TellAsync(new Question(QuestionKind.Watched) { From = name.Value }).ConfigureAwait(false);
            _asking.Succeeded();
        }
        catch (Exception error)
        {
            // The next round follows.
            _asking.Failed(error);
        }
    }

    private void TakeQuestion(Question question, CancellationToken stoppingToken)
    {
        if ((question.From != name.Value || question.Kind == QuestionKind.Watched) && (question.Node is null || question.Node == name.Value))
        {
            if (question is { Kind: QuestionKind.Left, Report: { } last })
            {
                departed.Add(last);
                return;
            }

            _ = Task.Run(() => AnswerAsync(question, stoppingToken), stoppingToken);
        }
    }

    private async Task AnswerAsync(Question question, CancellationToken stoppingToken)
    {
        try
        {
            if (question.Kind == QuestionKind.Watched)
            {
                await TellAsync(stoppingToken).ConfigureAwait(false);
                return;
            }

            var answer = await view.AnswerAsync(question, stoppingToken).ConfigureAwait(false);
            await _bus.ReplyAsync(question.From, answer with { Id = question.Id }).ConfigureAwait(false);
            _answering.Succeeded();
        }
        catch (Exception error) when (!stoppingToken.IsCancellationRequested)
        {
            // Whoever asked finds that an answer is missing.
            _answering.Failed(error);
        }
    }

    /// <summary>Tells this node's figures, once however many nodes have somebody who watches. Not by the publisher: what looks must not be what is seen.</summary>
    private async Task TellAsync(CancellationToken stoppingToken)
    {
        var now = time.GetTimestamp();
        var last = Interlocked.Read(ref _toldAt);
        if ((last != 0 && time.GetElapsedTime(last, now) < _options.SampleInterval / 2) || Interlocked.CompareExchange(ref _toldAt, now, last) != last)
        {
            return;
        }

        await TellAsync(await view.ReportAsync(withHistory: false, stoppingToken).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private Task TellAsync(NodeReport report) => log.PublishEphemeralAsync(InspectionChannel.Name, LogEntry.FormatEphemeral(
        time.GetUtcNow().ToUnixTimeMilliseconds(), traceParent: null, InspectionChannel.NodeEvent, EventData.From(report, InspectionJson.Options).Text));

    private async Task TellOfStoppingAsync()
    {
        try
        {
            await TellAsync(await view.ReportAsync(withHistory: false, CancellationToken.None).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            // Its next figures say so too.
            CannotLeave(logger, error);
        }
    }

    /// <summary>To those who watch now, and to all processes, who tell those that look later.</summary>
    private async Task LeaveAsync(CancellationToken cancellationToken)
    {
        // So that nobody waits for an answer from here.
        await _bus.StopListeningAsync().ConfigureAwait(false);
        var last = await view.ReportAsync(withHistory: false, cancellationToken).ConfigureAwait(false) with { State = NodeState.Stopped, StateSince = time.GetUtcNow() };
        await _bus.TellAsync(new Question(QuestionKind.Left) { From = name.Value, Report = last }).ConfigureAwait(false);
        await TellAsync(last).ConfigureAwait(false);
    }

    [LoggerMessage(72, LogLevel.Warning, "{Missing} processes did not answer {Kind} in time.")]
    private static partial void Silent(ILogger logger, QuestionKind kind, int missing);

    [LoggerMessage(74, LogLevel.Debug, "Could not tell those who look into this process that it stops.")]
    private static partial void CannotLeave(ILogger logger, Exception error);
}
