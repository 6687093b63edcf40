using System.Diagnostics.CodeAnalysis;
using StackExchange.Redis;

namespace PushApp.Push.Interop;

/// <summary>One format of existing publishers. Pure: every node must read a message alike, since any of them may be the one that logs it.</summary>
internal interface ILegacyFormat
{
    /// <summary>What to subscribe to. No two formats' subscriptions overlap.</summary>
    IReadOnlyList<RedisChannel> Subscriptions { get; }

    /// <summary>Reads a message; or says why it is none.</summary>
    bool TryRead(string redisChannel, ReadOnlySpan<byte> payload, [NotNullWhen(true)] out LegacyMessage? message, [NotNullWhen(false)] out string? reason);
}
