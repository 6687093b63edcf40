using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PushApp.Push.Hub;
using PushApp.Push.Redis;
using StackExchange.Redis;

namespace PushApp.Push.Inspection;

/// <summary>
/// Asks all processes, over one Redis channel, and answers them; takes this node's figures, and has all nodes tell theirs while somebody here watches. At most once, as PUBLISH is. How many there are to
/// answer, PUBLISH tells; on a cluster, too, where all of them listen at the server of the channel's slot.
/// </summary>
internal sealed partial class InspectionBus(
    RedisConnection redis,
    RedisKeys keys,
    RedisChannelLog log,
    ChannelHub hub,
    NodeName name,
    NodeView view,
    NodeSampler sampler,
    IOptions<PushOptions> options,
    TimeProvider time,
    ILogger<InspectionBus> logger) : BackgroundService
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly InspectionOptions _options = options.Value.Inspection;
    private readonly ConcurrentDictionary<string, ReplyCollector<Answer>> _collectors = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ChannelMessageQueue? _answers;
    private ChannelMessageQueue? _questions;
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
        var id = RandomNumberGenerator.GetHexString(16, lowercase: true);
        var collector = new ReplyCollector<Answer>();
        _collectors[id] = collector;
        try
        {
            await _listening.Task.WaitAsync(_options.AnswerTimeout, time, cancellationToken).ConfigureAwait(false);
            var asked = await PublishAsync(question with { From = name.Value, Id = id }).WaitAsync(_options.AnswerTimeout, time, cancellationToken).ConfigureAwait(false);
            collector.Expect(question.Node is not null ? 1 : (int)Math.Max(0, asked - 1));
            try
            {
                await collector.Done.WaitAsync(_options.AnswerTimeout, time, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                Silent(logger, question.Kind, collector.Missing);
            }

            return ([.. own, .. collector.Replies], collector.Missing);
        }
        catch (Exception error) when (error is TimeoutException || BrokerErrors.IsPassing(error))
        {
            CannotAsk(logger, question.Kind, error);
            return (own, -1);
        }
        finally
        {
            _collectors.TryRemove(id, out _);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
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
                // Renewed by themselves when the broker comes back.
                await redis.RecognizeAsync().WaitAsync(stoppingToken).ConfigureAwait(false);
                var subscriber = redis.Multiplexer.GetSubscriber();
                if (_answers is null)
                {
                    _answers = await subscriber.SubscribeAsync(redis.Placed(keys.InspectionAnswers(name.Value))).ConfigureAwait(false);
                    _answers.OnMessage(message => TakeAnswer(message.Message));
                }

                if (_questions is null)
                {
                    _questions = await subscriber.SubscribeAsync(redis.Placed(keys.Inspection)).ConfigureAwait(false);
                    _questions.OnMessage(message => TakeQuestion(message.Message, stoppingToken));
                }

                _listening.TrySetResult();
                return;
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                // Whatever it is (a broker that permits this channel to nobody, say): looking into a process never ends it.
                CannotListen(logger, error);
            }

            await Task.Delay(RetryDelay, time, stoppingToken).ConfigureAwait(false);
        }
    }

    /// <summary>Somebody here watches: everybody is to tell.</summary>
    private async Task AnnounceAsync()
    {
        try
        {
            await PublishAsync(new Question(QuestionKind.Watched) { From = name.Value }).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            // The next round follows.
            CannotAsk(logger, QuestionKind.Watched, error);
        }
    }

    private Task<long> PublishAsync(Question question) => redis.Database.PublishAsync(redis.Placed(keys.Inspection), JsonSerializer.Serialize(question, InspectionJson.Options));

    private void TakeAnswer(RedisValue message)
    {
        if (TryRead<Answer>(message) is { } answer && _collectors.TryGetValue(answer.Id, out var collector))
        {
            collector.Add(answer);
        }
    }

    private void TakeQuestion(RedisValue message, CancellationToken stoppingToken)
    {
        if (TryRead<Question>(message) is { } question && (question.From != name.Value || question.Kind == QuestionKind.Watched)
            && (question.Node is null || question.Node == name.Value))
        {
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
            await redis.Database.PublishAsync(
                redis.Placed(keys.InspectionAnswers(question.From)), JsonSerializer.Serialize(answer with { Id = question.Id }, InspectionJson.Options)).ConfigureAwait(false);
        }
        catch (Exception error) when (!stoppingToken.IsCancellationRequested)
        {
            // Whoever asked finds that an answer is missing.
            CannotAnswer(logger, question.Kind, error);
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

        var report = await view.ReportAsync(withHistory: false, stoppingToken).ConfigureAwait(false);
        await log.PublishEphemeralAsync(InspectionChannel.Name, LogEntry.FormatEphemeral(
            time.GetUtcNow().ToUnixTimeMilliseconds(), traceParent: null, InspectionChannel.NodeEvent, EventData.From(report, InspectionJson.Options).Text)).ConfigureAwait(false);
    }

    private T? TryRead<T>(RedisValue message)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>((string)message!, InspectionJson.Options);
        }
        catch (JsonException error)
        {
            NotOurs(logger, error);
            return null;
        }
    }

    [LoggerMessage(70, LogLevel.Warning, "Could not listen to those who look into this process; trying again.")]
    private static partial void CannotListen(ILogger logger, Exception error);

    [LoggerMessage(71, LogLevel.Warning, "Could not ask the other processes ({Kind}).")]
    private static partial void CannotAsk(ILogger logger, QuestionKind kind, Exception error);

    [LoggerMessage(72, LogLevel.Warning, "{Missing} processes did not answer {Kind} in time.")]
    private static partial void Silent(ILogger logger, QuestionKind kind, int missing);

    [LoggerMessage(73, LogLevel.Warning, "Could not answer whoever looks into this process ({Kind}).")]
    private static partial void CannotAnswer(ILogger logger, QuestionKind kind, Exception error);

    [LoggerMessage(74, LogLevel.Warning, "A message on the channel of those who look into this process is not PushApp's and was skipped.")]
    private static partial void NotOurs(ILogger logger, Exception error);
}
