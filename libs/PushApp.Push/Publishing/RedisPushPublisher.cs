using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PushApp.Push.History;
using PushApp.Push.Inspection;
using PushApp.Push.Redis;
using PushApp.Push.Telemetry;
using StackExchange.Redis;

namespace PushApp.Push.Publishing;

/// <summary>Publishes over Redis. A logged event is repeated with one idempotency key until the broker has acknowledged it, so it is there once: the key counts as long as its entry is kept. One that newer entries have pushed out between two attempts, as where a log keeps very few, is appended again, after them.</summary>
internal sealed partial class RedisPushPublisher(
    RedisConnection redis,
    RedisChannelLog log,
    HistoryLimits limits,
    DurabilityGate durability,
    ReplicaGate replicas,
    PushMetrics metrics,
    IOptions<PushOptions> options,
    TimeProvider time,
    ILogger<RedisPushPublisher> logger,
    NodeRecorder? recorder = null) : IPushPublisher
{
    // No broker dies, starts, reads its files and is connected to again in less; so a look whether the event is still there costs nothing where nothing happened.
    private static readonly TimeSpan SoonestRestart = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(1);

    public async ValueTask<PublishResult> PublishAsync(
        ChannelName channel, string eventName, EventData data, PublishOptions? publishOptions = null, CancellationToken cancellationToken = default)
    {
        var publish = publishOptions ?? new PublishOptions();
        EventRules.Check(channel, eventName, data, publish, options.Value.MaxEventBytes, limits.For(channel).MaxAge);
        cancellationToken.ThrowIfCancellationRequested();
        var startedAt = time.GetUtcNow();
        using var activity = PushActivitySource.StartPublish(channel, eventName);
        var traceParent = TraceContext.Current();
        try
        {
            await redis.ConnectAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
            var result = publish.History
                ? await AppendAsync(channel, eventName, data, publish, traceParent, cancellationToken).ConfigureAwait(false)
                : await SendAsync(channel, eventName, data, traceParent).ConfigureAwait(false);
            activity?.SetTag("messaging.message.id", result.Position?.ToString());
            metrics.Published(channel, publish.History, result.Duplicate);
            if (!result.Duplicate)
            {
                recorder?.Published(channel, eventName, result, Encoding.UTF8.GetByteCount(data.Text), traceParent, activity is null ? Activity.Current : activity.Parent, startedAt);
            }

            return result;
        }
        catch (Exception error)
        {
            activity?.SetStatus(ActivityStatusCode.Error, error.Message);
            activity?.SetTag("error.type", error.GetType().FullName);
            throw;
        }
    }

    public async ValueTask PurgeAsync(ChannelName channel, CancellationToken cancellationToken = default)
    {
        await RetryAsync(
            $"purge channel '{channel}'",
            async () =>
            {
                var server = replicas.ServerOf(channel);
                await log.PurgeAsync(channel, FlagsFor(server)).ConfigureAwait(false);
                await durability.WaitAsync().ConfigureAwait(false);
                await replicas.WaitAsync(channel, server).ConfigureAwait(false);
                return true;
            },
            cancellationToken).ConfigureAwait(false);
    }

    private async Task<PublishResult> AppendAsync(
        ChannelName channel, string eventName, EventData data, PublishOptions publish, string? traceParent, CancellationToken cancellationToken)
    {
        var body = LogEntry.FormatBody(eventName, data.Text);
        var request = new AppendRequest(
            publish.Publisher,

            // Made up, too: the retry after a broken connection must not double the event, as long as the log still has it.
            publish.IdempotencyKey ?? Guid.NewGuid().ToString("N"),
            body,
            Hash(body, publish.TimeToLive),
            publish.TimeToLive,
            traceParent);

        // What an attempt of this call has appended is no duplicate to a later one.
        var isNew = publish.IdempotencyKey is null;
        var result = await RetryAsync(
            $"publish '{eventName}' to '{channel}'",
            async () =>
            {
                var began = time.GetTimestamp();
                var server = replicas.ServerOf(channel);
                var appended = await log.AppendAsync(channel, request, FlagsFor(server)).ConfigureAwait(false);
                isNew |= appended.Outcome == AppendOutcome.Appended;

                // Also for a key that was seen: the first attempt may not be on disk yet.
                if (await durability.WaitAsync().ConfigureAwait(false) && appended.Outcome != AppendOutcome.Conflict && time.GetElapsedTime(began) >= SoonestRestart
                    && await log.FindAsync(channel, appended.Position).ConfigureAwait(false) is (null, IsTrimmed: false))
                {
                    throw new EventForgottenException();
                }

                if (appended.Outcome != AppendOutcome.Conflict)
                {
                    await replicas.WaitAsync(channel, server).ConfigureAwait(false);
                }

                return appended;
            },
            cancellationToken).ConfigureAwait(false);
        return result.Outcome == AppendOutcome.Conflict
            ? throw new IdempotencyConflictException(channel, request.Key)
            : new PublishResult(result.Position, result.Time, result.Outcome == AppendOutcome.Duplicate && !isNew);
    }

    // Replicas are waited for at the server that the log was to be written at.
    private static CommandFlags FlagsFor(IServer? waitedFor) => waitedFor is null ? CommandFlags.None : CommandFlags.NoRedirect;

    /// <summary>What the same key must come with again: the event, its data and its time to live. Hexadecimal digits, as the script has it.</summary>
    private static string Hash(byte[] body, TimeSpan? timeToLive)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, 16));
        return timeToLive is { } time ? string.Create(CultureInfo.InvariantCulture, $"{hash}{time.Ticks:x}") : hash;
    }

    private async Task<PublishResult> SendAsync(ChannelName channel, string eventName, EventData data, string? traceParent)
    {
        var now = time.GetUtcNow();
        try
        {
            // At most once: never repeated, since the first attempt may have arrived.
            await log.PublishEphemeralAsync(channel, LogEntry.FormatEphemeral(now.ToUnixTimeMilliseconds(), traceParent, eventName, data.Text)).ConfigureAwait(false);
        }
        catch (Exception error) when (BrokerErrors.IsPassing(error))
        {
            throw new BrokerUnavailableException($"The broker did not take '{eventName}' for '{channel}'.", error);
        }

        return new PublishResult(null, now, Duplicate: false);
    }

    private async Task<T> RetryAsync<T>(string what, Func<Task<T>> attempt, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var delay = FirstDelay;
        while (true)
        {
            try
            {
                return await attempt().ConfigureAwait(false);
            }
            catch (Exception error) when (BrokerErrors.IsPassing(error))
            {
                var elapsed = time.GetElapsedTime(started);
                if (elapsed + delay > options.Value.PublishTimeout)
                {
                    throw new BrokerUnavailableException(
                        $"Could not {what}: the broker did not acknowledge within {elapsed.TotalSeconds:0.0} s. Repeat it with the same idempotency key.", error);
                }

                redis.LookAgain();
                Retrying(logger, what, delay.TotalMilliseconds, error);
            }

            // Up to twice the delay at random, so that publishers do not come back in step.
            await Task.Delay(delay * (1 + Random.Shared.NextDouble()), time, cancellationToken).ConfigureAwait(false);
            delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay;
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "Could not {What}; trying again in {DelayMs} ms or more.")]
    private static partial void Retrying(ILogger logger, string what, double delayMs, Exception error);
}
