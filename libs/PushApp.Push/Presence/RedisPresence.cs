using System.Globalization;
using System.Text.Json;
using PushApp.Push.Redis;
using StackExchange.Redis;

namespace PushApp.Push.Presence;

/// <summary>Members and nodes in Redis, by the scripts beside this file. Errors of the broker pass through.</summary>
internal sealed class RedisPresence(RedisConnection redis, RedisKeys keys)
{
    /// <summary>Keys that nobody looks after any more go by themselves; those in use are renewed each <see cref="Upkeep"/>.</summary>
    private static readonly TimeSpan Keep = TimeSpan.FromDays(1);

    /// <summary>How often a node tells again who its members are.</summary>
    public static readonly TimeSpan Upkeep = TimeSpan.FromHours(1);

    /// <summary>Renews a node's lease, or begins that of a new one.</summary>
    /// <returns>Whether it holds, and, to one that may sweep, nodes whose lease has lapsed.</returns>
    public async Task<(bool Held, string[] Lapsed)> RenewAsync(string node, TimeSpan lease, bool isNew, bool maySweep)
    {
        var reply = (RedisValue[])(await redis.Database.ScriptEvaluateAsync(
            PresenceScripts.Renew,
            [keys.PresenceNodes],
            [node, (long)lease.TotalMilliseconds, isNew ? 1 : 0, maySweep ? 1 : 0, (long)Keep.TotalMilliseconds]).ConfigureAwait(false))!;
        return ((int)reply[0] == 1, [.. reply.Skip(1).Select(lapsed => (string)lapsed!)]);
    }

    /// <summary>Notes channels as a node's; false when its lease has lapsed.</summary>
    public async Task<bool> ClaimAsync(string node, IEnumerable<ChannelName> channels)
    {
        var reply = await redis.Database.ScriptEvaluateAsync(
            PresenceScripts.Claim,
            [keys.PresenceNodes, keys.PresenceChannels(node)],
            [node, (long)Keep.TotalMilliseconds, .. channels.Select(channel => (RedisValue)channel.Value)]).ConfigureAwait(false);
        return (int)reply == 1;
    }

    public Task UnclaimAsync(string node, IEnumerable<ChannelName> channels) =>
        redis.Database.SetRemoveAsync(keys.PresenceChannels(node), [.. channels.Select(channel => (RedisValue)channel.Value)]);

    /// <summary>Says who a node's members are.</summary>
    /// <param name="node">The node.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="members">Fields, states and names.</param>
    /// <param name="areAll">Whether whoever is not named has left.</param>
    /// <returns>Where these are all, the other nodes that have members there.</returns>
    public async Task<string[]> UpdateAsync(string node, ChannelName channel, IReadOnlyCollection<MemberUpdate> members, bool areAll)
    {
        var arguments = new RedisValue[5 + (members.Count * 3)];
        arguments[0] = redis.PublishCommand;
        arguments[1] = keys.Events(channel).ToString();
        arguments[2] = node;
        arguments[3] = (long)Keep.TotalMilliseconds;
        arguments[4] = areAll ? 1 : 0;
        var i = 5;
        foreach (var member in members)
        {
            arguments[i++] = member.Field;
            arguments[i++] = member.State switch { PresenceState.Online => "o", PresenceState.Away => "a", _ => "-" };
            arguments[i++] = member.JsonName;
        }

        var reply = await redis.Database.ScriptEvaluateAsync(PresenceScripts.Update, [keys.PresenceMembers(channel)], arguments).ConfigureAwait(false);
        return [.. ((RedisValue[])reply!).Select(other => (string)other!)];
    }

    /// <summary>Takes the members of nodes that are gone out of a channel.</summary>
    public Task EvictAsync(ChannelName channel, IEnumerable<string> nodes) => redis.Database.ScriptEvaluateAsync(
        PresenceScripts.Evict, [keys.PresenceMembers(channel)], [redis.PublishCommand, keys.Events(channel).ToString(), .. nodes.Select(node => (RedisValue)node)]);

    /// <summary>The channels that a node has noted.</summary>
    public async Task<ChannelName[]> ReadChannelsAsync(string node)
    {
        var channels = await redis.Database.SetMembersAsync(keys.PresenceChannels(node)).ConfigureAwait(false);
        return [.. channels.Select(channel => ChannelName.TryParse((string?)channel, out var name) ? name : default).Where(name => name != default)];
    }

    /// <summary>A node's members were taken out of these channels.</summary>
    public Task SweptAsync(string node, IEnumerable<ChannelName> channels) => redis.Database.ScriptEvaluateAsync(
        PresenceScripts.Swept, [keys.PresenceNodes, keys.PresenceChannels(node)], [node, .. channels.Select(channel => (RedisValue)channel.Value)]);

    /// <summary>Which of these nodes have no lease, lapsed or not.</summary>
    public async Task<string[]> FindUnknownAsync(string[] nodes)
    {
        var known = await Task.WhenAll(nodes.Select(node => redis.Database.SortedSetScoreAsync(keys.PresenceNodes, node))).ConfigureAwait(false);
        return [.. nodes.Where((_, index) => known[index] is null)];
    }

    public async Task<PresenceSnapshot> ReadAsync(ChannelName channel)
    {
        var version = default(PresenceVersion);
        var members = new Dictionary<string, PresenceMember>(StringComparer.Ordinal);
        foreach (var entry in await redis.Database.HashGetAllAsync(keys.PresenceMembers(channel)).ConfigureAwait(false))
        {
            var (field, value) = ((string)entry.Name!, (string)entry.Value!);
            if (field == "#")
            {
                _ = PresenceVersion.TryParse(value, ' ', out version);
            }
            else if (TryParseMember(value, out var member))
            {
                members[field] = member!;
            }
        }

        return new PresenceSnapshot(version, members);
    }

    public Task<bool> ContainsAsync(ChannelName channel, string field) => redis.Database.HashExistsAsync(keys.PresenceMembers(channel), field);

    public async Task<PresenceVersion> ReadVersionAsync(ChannelName channel) =>
        PresenceVersion.TryParse((string?)await redis.Database.HashGetAsync(keys.PresenceMembers(channel), "#").ConfigureAwait(false), ' ', out var version) ? version : default;

    /// <summary>The field of a user: as in the name of their channel, so without case and without anything that the format needs for itself.</summary>
    /// <exception cref="ArgumentException">The name is empty or too long.</exception>
    public static string Field(string userName) => ChannelName.User(userName).Value["user:".Length..];

    private static bool TryParseMember(string value, out PresenceMember? member)
    {
        member = null;
        var end = value.IndexOf('\n');
        var fields = end < 0 ? [] : value[..end].Split(' ');
        if (fields.Length < 3 || !long.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out var since))
        {
            return false;
        }

        member = new PresenceMember(
            JsonSerializer.Deserialize<string>(value.AsSpan(end + 1))!,
            fields[0] == "o" ? PresenceState.Online : PresenceState.Away,
            DateTimeOffset.FromUnixTimeMilliseconds(since));
        return true;
    }
}

/// <summary>What a node says of one member; <see cref="PresenceState.Offline"/>: not there.</summary>
internal readonly record struct MemberUpdate(string Field, string JsonName, PresenceState State);

/// <summary>Who is in a channel, by field, at a version.</summary>
internal sealed record PresenceSnapshot(PresenceVersion Version, Dictionary<string, PresenceMember> Members);
