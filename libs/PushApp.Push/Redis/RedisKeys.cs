using System.Security.Cryptography;
using System.Text;
using StackExchange.Redis;

namespace PushApp.Push.Redis;

/// <summary>
/// Every Redis key and channel of PushApp. The braces are a hash tag, so that all keys of a channel lie in one slot of a cluster
/// (https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#hash-tags); a channel's name holds none itself.
/// </summary>
internal sealed class RedisKeys(string prefix)
{
    /// <summary>The list that is a channel's log.</summary>
    public RedisKey Log(ChannelName channel) => $"{prefix}:{{{channel}}}:log";

    /// <summary>Where a channel's events are published.</summary>
    public RedisChannel Events(ChannelName channel) => RedisChannel.Literal($"{prefix}:{{{channel}}}");

    /// <summary>The hash of the idempotency keys of the events in a channel's log.</summary>
    public RedisKey IdempotencyKeys(ChannelName channel) => $"{prefix}:{{{channel}}}:keys";

    /// <summary>A publisher's idempotency key in that hash; hashed, since keys are untrusted text of any form.</summary>
    public static string IdempotencyField(string publisher, string key)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{publisher}\n{key}"), hash);
        return Convert.ToHexStringLower(hash[..16]);
    }

    /// <summary>Hints that somebody's access has changed; the message is a user name, or empty for everybody.</summary>
    public RedisChannel AccessChanged => RedisChannel.Literal($"{prefix}:access");

    /// <summary>What the Socket.IO servers of all nodes tell each other.</summary>
    public RedisChannel SocketIOServers => RedisChannel.Literal($"{prefix}:socketio");

    /// <summary>What a Socket.IO server of one node is answered.</summary>
    public RedisChannel SocketIONode(string id) => RedisChannel.Literal($"{prefix}:socketio:{id}");

    /// <summary>What a Socket.IO client gets back that comes with this private id.</summary>
    public RedisKey SocketIORecovery(string id) => $"{prefix}:{{{id}}}:recovery";

    /// <summary>Who logs a channel's legacy messages (docs/interop.md).</summary>
    public RedisKey InteropLease(ChannelName channel) => $"{prefix}:{{{channel}}}:interop";

    /// <summary>Which legacy messages of a channel were logged lately.</summary>
    public RedisKey InteropCopies(ChannelName channel) => $"{prefix}:{{{channel}}}:copies";

    /// <summary>What the nodes tell each other about legacy messages.</summary>
    public RedisChannel InteropSignals => RedisChannel.Literal($"{prefix}:interop");

    /// <summary>What is asked of all processes by whoever looks into them.</summary>
    public RedisChannel Inspection => RedisChannel.Literal($"{prefix}:inspection");

    /// <summary>What a process that asked is answered.</summary>
    public RedisChannel InspectionAnswers(string node) => RedisChannel.Literal($"{prefix}:inspection:{node}");

    /// <summary>Who is in a channel.</summary>
    public RedisKey PresenceMembers(ChannelName channel) => $"{prefix}:{{{channel}}}:presence";

    /// <summary>The nodes that have members anywhere, by the end of their lease.</summary>
    public RedisKey PresenceNodes => $"{prefix}:{{presence}}:nodes";

    /// <summary>The channels in which a node has members.</summary>
    public RedisKey PresenceChannels(string node) => $"{prefix}:{{presence}}:node:{node}";
}
