using System.Globalization;
using System.Security.Cryptography;
using PushApp.Push.History;
using PushApp.Push.Redis;
using PushApp.Push.Telemetry;
using StackExchange.Redis;

namespace PushApp.Push.Interop;

/// <summary>The lease on a channel's legacy messages and the append that checks it, in Redis.</summary>
internal sealed class InteropLog(RedisConnection redis, RedisKeys keys, HistoryLimits limits)
{
    /// <summary>Takes the lease if nobody has it, and signals the token to all nodes, this one too.</summary>
    public async Task<AcquireResult> AcquireAsync(ChannelName channel, string token, TimeSpan lease)
    {
        var reply = (RedisValue[])(await redis.Database.ScriptEvaluateAsync(
            RedisScript.InteropAcquire,
            [keys.InteropLease(channel), keys.InteropCopies(channel)],
            [token, Milliseconds(lease), keys.InteropSignals.ToString()]).ConfigureAwait(false))!;
        var heldForMs = (long)reply[0];
        return heldForMs > 0
            ? new AcquireResult(false, TimeSpan.FromMilliseconds(heldForMs), [])
            : new AcquireResult(true, default, [.. reply.Skip(2).Select(copy => LoggedCopy.Parse((string)copy!, (long)reply[1]))]);
    }

    /// <summary>Appends a message if the token still holds the lease, and renews it. The same id never appends twice.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="token">Of the lease.</param>
    /// <param name="message">What to append.</param>
    /// <param name="age">How long ago it arrived here, which the other nodes are told.</param>
    /// <param name="lease">How long the lease lasts from now on.</param>
    /// <param name="keepCopies">How long whoever takes the lease next is told of this copy.</param>
    /// <returns>False when the lease is lost and nothing was done.</returns>
    public async Task<bool> AppendAsync(ChannelName channel, string token, PendingMessage message, TimeSpan age, TimeSpan lease, TimeSpan keepCopies)
    {
        var history = limits.For(channel);
        var body = LogEntry.FormatBody(message.Message.Event, message.Message.Data);
        var reply = (RedisValue[])(await redis.Database.ScriptEvaluateAsync(
            RedisScript.InteropAppend,
            [keys.Log(channel), keys.IdempotencyKeys(channel), keys.InteropLease(channel), keys.InteropCopies(channel)],
            [
                NewTag(),
                NewTag(),
                Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, 16)),
                RedisKeys.IdempotencyField("interop", message.Id),
                history.MaxEvents,
                Milliseconds(history.MaxAge),
                0,
                TraceContext.Current() ?? "-",
                redis.PublishCommand,
                keys.Events(channel).ToString(),
                body,
                token,
                Milliseconds(lease),
                keys.InteropSignals.ToString(),
                channel.Value,
                $"{message.Id} {message.Hash}",
                Milliseconds(keepCopies),
                Milliseconds(age),
            ]).ConfigureAwait(false))!;
        return (int)reply[0] != NotTheHolder;
    }

    /// <summary>Asks whoever holds the lease to give it back, so that this node may log what the other never got.</summary>
    public Task AskAsync(ChannelName channel, string nodeId) =>
        redis.Database.PublishAsync(keys.InteropSignals, $"Y {channel.Value} {nodeId}");

    /// <summary>Gives the lease back, if the token still holds it, so that another node goes on at once.</summary>
    public Task ReleaseAsync(ChannelName channel, string token) => redis.Database.ScriptEvaluateAsync(
        RedisScript.InteropRelease, [keys.InteropLease(channel)], [token, keys.InteropSignals.ToString(), channel.Value]);

    private const int NotTheHolder = 3;

    private static string NewTag() => RandomNumberGenerator.GetHexString(8, lowercase: true);

    private static long Milliseconds(TimeSpan time) => (long)time.TotalMilliseconds;
}

/// <summary>The answer to <see cref="InteropLog.AcquireAsync"/>.</summary>
/// <param name="Acquired">Whether the lease was taken.</param>
/// <param name="HeldFor">If not: how long another node still has it.</param>
/// <param name="Copies">If so: what was logged lately.</param>
internal sealed record AcquireResult(bool Acquired, TimeSpan HeldFor, IReadOnlyList<LoggedCopy> Copies);

/// <summary>A legacy message that was logged.</summary>
/// <param name="Id">What the logging node calls it.</param>
/// <param name="Hash">What all nodes call it, and others that equal it.</param>
/// <param name="Age">How long before now it came to the logging node.</param>
internal readonly record struct LoggedCopy(string Id, string Hash, TimeSpan Age)
{
    /// <summary>Reads what the list of copies keeps.</summary>
    public static LoggedCopy Parse(string text, long nowMs)
    {
        var fields = text.Split(' ');
        return new LoggedCopy(fields[0], fields[1], TimeSpan.FromMilliseconds(nowMs - long.Parse(fields[2], CultureInfo.InvariantCulture)));
    }
}
