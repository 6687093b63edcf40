using System.Globalization;
using System.Security.Cryptography;
using PushApp.Push.History;
using PushApp.Push.Telemetry;
using StackExchange.Redis;

namespace PushApp.Push.Redis;

/// <summary>The channels' logs in Redis, by the scripts beside this file. Errors of the broker pass through; callers decide whether to repeat.</summary>
internal sealed class RedisChannelLog(RedisConnection redis, RedisKeys keys, HistoryLimits limits, PushMetrics metrics)
{
    public async Task<AppendResult> AppendAsync(ChannelName channel, AppendRequest request, CommandFlags flags = CommandFlags.None)
    {
        var history = limits.For(channel);
        var reply = await EvaluateAsync(
            "append",
            RedisScript.Append,
            [keys.Log(channel), keys.IdempotencyKeys(channel)],
            [
                NewTag(),
                NewTag(),
                request.BodyHash,
                RedisKeys.IdempotencyField(request.Publisher, request.Key),
                history.MaxEvents,
                Milliseconds(history.MaxAge),
                request.TimeToLive is { } ttl ? Milliseconds(ttl) : 0,
                request.TraceParent ?? "-",
                redis.PublishCommand,
                keys.Events(channel).ToString(),
                request.Body,
            ],
            flags).ConfigureAwait(false);
        var position = new Position((long)reply[1], uint.Parse((string)reply[2]!, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
        return new AppendResult((AppendOutcome)(int)reply[0], position, DateTimeOffset.FromUnixTimeMilliseconds((long)reply[3]));
    }

    /// <summary>An entry by its position, of a sequence from 1 on; or whether it may have been trimmed by newer ones. Neither where the log never had it, as after the broker came back older.</summary>
    public async Task<(LogEntry? Entry, bool IsTrimmed)> FindAsync(ChannelName channel, Position position)
    {
        var page = await ReadAsync(channel, position.Sequence - 1, 2).ConfigureAwait(false);
        var entry = Array.Find(page.Entries, entry => entry.Position.Sequence == position.Sequence);

        // The newest is never trimmed.
        return entry is null ? (null, page.Head.Sequence > position.Sequence) : (entry.Position == position ? entry : null, false);
    }

    /// <summary>Reads at most <paramref name="limit"/> entries after a sequence (and, first, that entry itself if it is still kept), or the newest with <c>-1</c>.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="afterSequence">The sequence to read after.</param>
    /// <param name="limit">Most entries.</param>
    /// <param name="begin">Whether a log that does not exist begins, with a root, so that whoever goes on from there has a position. Else nothing is kept: whoever only looks must not fill the broker.</param>
    public async Task<LogPage> ReadAsync(ChannelName channel, long afterSequence, int limit, bool begin = true)
    {
        var reply = await EvaluateAsync(
            "read",
            RedisScript.Read,
            [keys.Log(channel), keys.IdempotencyKeys(channel)],
            [NewTag(), afterSequence, limit, Milliseconds(limits.For(channel).MaxAge), begin ? 1 : 0]).ConfigureAwait(false);
        if (!begin && reply is [{ IsNullOrEmpty: true }])
        {
            return new LogPage(default, []);
        }

        if (!LogEntry.TryParsePosition(((ReadOnlyMemory<byte>)reply[^1]).Span, out var head))
        {
            throw new InvalidDataException($"The log of channel '{channel}' holds something that PushApp did not write: '{reply[^1]}'.");
        }

        var entries = new LogEntry[reply.Length - 1];
        for (var i = 0; i < entries.Length; i++)
        {
            entries[i] = LogEntry.TryParse(reply[i], out var entry) && entry.IsLogged
                ? entry
                : throw new InvalidDataException($"The log of channel '{channel}' holds something that PushApp did not write.");
        }

        return new LogPage(head, entries);
    }

    /// <summary>The newest positions of several logs; null for one that does not exist. One call, so all in one slot or no cluster.</summary>
    public async Task<Position?[]> ReadHeadsAsync(IReadOnlyList<ChannelName> channels)
    {
        var reply = await EvaluateAsync(
            "heads",
            RedisScript.Heads,
            [.. channels.Select(keys.Log), .. channels.Select(keys.IdempotencyKeys)],
            [.. channels.Select(channel => (RedisValue)Milliseconds(limits.For(channel).MaxAge))]).ConfigureAwait(false);
        return [.. reply.Select(header => LogEntry.TryParsePosition(((ReadOnlyMemory<byte>)header).Span, out var head) ? head : (Position?)null)];
    }

    public Task PurgeAsync(ChannelName channel, CommandFlags flags = CommandFlags.None) => BrokerCommand.RunAsync(
        metrics,
        "EVALSHA",
        "purge",
        redis.Database.ScriptEvaluateAsync(
            RedisScript.Purge,
            [keys.Log(channel), keys.IdempotencyKeys(channel)],
            [NewTag(), Milliseconds(limits.For(channel).MaxAge), redis.PublishCommand, keys.Events(channel).ToString()],
            flags));

    public Task PublishEphemeralAsync(ChannelName channel, byte[] envelope) =>
        BrokerCommand.RunAsync(metrics, redis.PublishCommand, script: null, redis.PublishAsync(keys.Events(channel), envelope));

    private async Task<RedisValue[]> EvaluateAsync(string name, string script, RedisKey[] scriptKeys, RedisValue[] arguments, CommandFlags flags = CommandFlags.None) =>
        (RedisValue[])(await BrokerCommand.RunAsync(metrics, "EVALSHA", name, redis.Database.ScriptEvaluateAsync(script, scriptKeys, arguments, flags)).ConfigureAwait(false))!;

    // Not Redis' own random numbers, which repeat after a restart.
    private static string NewTag() => RandomNumberGenerator.GetHexString(8, lowercase: true);

    private static long Milliseconds(TimeSpan time) => (long)time.TotalMilliseconds;
}

/// <summary>An event to append.</summary>
internal sealed record AppendRequest(
    string Publisher, string Key, byte[] Body, string BodyHash, TimeSpan? TimeToLive, string? TraceParent);

internal enum AppendOutcome
{
    Appended = 0,
    Duplicate = 1,
    Conflict = 2,
}

internal readonly record struct AppendResult(AppendOutcome Outcome, Position Position, DateTimeOffset Time);

/// <summary>Consecutive entries of a log, and its newest position; none, and the position before everything, for a log that does not exist.</summary>
internal sealed record LogPage(Position Head, LogEntry[] Entries);
