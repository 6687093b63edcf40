using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace PushApp.Push.Redis;

/// <summary>
/// Questions to all processes that listen to one Redis channel, as JSON; the answers come back on a channel of whoever asked. At most once, as PUBLISH is, which tells how many there are to answer: on a cluster,
/// too, where all of them listen at the server of the channel's slot. Thread-safe, but for <see cref="ListenAsync"/>.
/// </summary>
internal sealed partial class QuestionBus<TQuestion, TReply>(
    RedisConnection redis, RedisChannel questions, Func<string, RedisChannel> repliesTo, string node, JsonSerializerOptions json, TimeProvider time, ILogger logger)
    where TQuestion : class
    where TReply : class, IBusReply
{
    private readonly ConcurrentDictionary<string, ReplyCollector<TReply>> _collectors = new(StringComparer.Ordinal);
    private ChannelMessageQueue? _replies;
    private ChannelMessageQueue? _questions;

    /// <summary>This process, as the others answer it.</summary>
    public string Node => node;

    /// <summary>Begins to listen. Errors of the broker pass through, and called again it does what is left.</summary>
    public async Task ListenAsync(Action<TQuestion> take, CancellationToken cancellationToken)
    {
        if (_replies is null)
        {
            _replies = await redis.SubscribeAsync(repliesTo(Node), cancellationToken).ConfigureAwait(false);
            _replies.OnMessage(message => TakeReply(message.Message));
        }

        if (_questions is null)
        {
            _questions = await redis.SubscribeAsync(questions, cancellationToken).ConfigureAwait(false);
            _questions.OnMessage(message =>
            {
                if (TryRead<TQuestion>(message.Message) is { } question)
                {
                    take(question);
                }
            });
        }
    }

    /// <summary>Takes no more questions, so that nobody waits for answers from here; to ask remains possible.</summary>
    public Task StopListeningAsync() => _questions?.UnsubscribeAsync() ?? Task.CompletedTask;

    /// <summary>Tells everybody, this process too, and waits for no answer.</summary>
    /// <returns>How many were reached.</returns>
    public Task<long> TellAsync(TQuestion message) => redis.PublishAsync(questions, JsonSerializer.Serialize(message, json));

    public Task ReplyAsync(string asker, TReply reply) => redis.PublishAsync(repliesTo(asker), JsonSerializer.Serialize(reply, json));

    /// <summary>Asks, and waits for all answers.</summary>
    /// <param name="question">The question, of the id that its answers are to have.</param>
    /// <param name="expected">How many answer; null for everybody but this process.</param>
    /// <param name="timeout">How long the broker, and then the others, may take.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The answers, and how many did not come in time.</returns>
    /// <exception cref="TimeoutException">The broker did not take the question in time.</exception>
    public async Task<(IReadOnlyList<TReply> Replies, int Missing)> AskAsync(Func<string, TQuestion> question, int? expected, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var id = RandomNumberGenerator.GetHexString(16, lowercase: true);
        var collector = new ReplyCollector<TReply>();
        _collectors[id] = collector;
        try
        {
            var reached = await TellAsync(question(id)).WaitAsync(timeout, time, cancellationToken).ConfigureAwait(false);
            collector.Expect(expected ?? (int)Math.Max(0, reached - 1));
            try
            {
                await collector.Done.WaitAsync(timeout, time, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                // Whoever asked is told how many are missing.
            }

            return (collector.Replies, collector.Missing);
        }
        finally
        {
            _collectors.TryRemove(id, out _);
        }
    }

    private void TakeReply(RedisValue message)
    {
        if (TryRead<TReply>(message) is { } reply && _collectors.TryGetValue(reply.Id, out var collector))
        {
            collector.Add(reply);
        }
    }

    private T? TryRead<T>(RedisValue message)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>((string)message!, json);
        }
        catch (JsonException error)
        {
            NotOurs(logger, questions.ToString(), error);
            return null;
        }
    }

    [LoggerMessage(77, LogLevel.Warning, "A message on the Redis channel '{RedisChannel}', or in answer to one there, is not PushApp's and was skipped.")]
    private static partial void NotOurs(ILogger logger, string redisChannel, Exception error);
}

/// <summary>An answer to a question on a <see cref="QuestionBus{TQuestion, TReply}"/>.</summary>
internal interface IBusReply
{
    /// <summary>The id of the question.</summary>
    string Id { get; }
}
