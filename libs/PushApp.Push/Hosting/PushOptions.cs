namespace PushApp.Push;

/// <summary>Everything that can be set about PushApp.Push; section <c>Push</c> of the configuration. Validated at start.</summary>
public sealed class PushOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Push";

    /// <summary>The prefix of every Redis key and channel of this application. Letters, digits, <c>- _ . :</c>. <value>Default "push".</value></summary>
    public string KeyPrefix { get; set; } = "push";

    /// <summary>What "published" means. <value>Default <see cref="AcknowledgeMode.Memory"/>.</value></summary>
    public AcknowledgeMode Acknowledge { get; set; } = AcknowledgeMode.Memory;

    /// <summary>
    /// How many of the broker's replicas must have an event before it is acknowledged, so that it outlives a failover. 0 to 10; 0 does not wait for any. An event that too few have is published again, under the same key,
    /// until <see cref="PublishTimeout"/> is over. <value>Default 0.</value>
    /// </summary>
    public int AcknowledgeReplicas { get; set; }

    /// <summary>How channels are published on a Redis Cluster. All processes of an application must have the same. <value>Default <see cref="ShardedPubSub.Auto"/>.</value></summary>
    public ShardedPubSub ShardedPubSub { get; set; }

    /// <summary>How long a publish waits for the broker before it fails, retries included. 100 ms to 5 min. <value>Default 30 s.</value></summary>
    public TimeSpan PublishTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The largest event data, in bytes of UTF-8. 1 to 16 MiB. <value>Default 64 KiB.</value></summary>
    public int MaxEventBytes { get; set; } = 64 * 1024;

    /// <summary>History of channels that no entry of <see cref="Histories"/> names.</summary>
    public HistoryOptions History { get; set; } = new();

    /// <summary>History by channel pattern; the longest pattern that matches counts. A list, since a configuration key cannot hold a <c>:</c>.</summary>
    public List<ChannelHistoryOptions> Histories { get; set; } = [];

    /// <summary>The streams.</summary>
    public StreamOptions Streams { get; set; } = new();

    /// <summary>How streams leave the server.</summary>
    public TransportOptions Transport { get; set; } = new();

    /// <summary>Limits on publishing over HTTP.</summary>
    public PublishLimitOptions PublishLimits { get; set; } = new();

    /// <summary>
    /// The application's own event names, refused from users over HTTP (API keys may use them): a name, or a prefix that ends in <c>*</c>, as in <c>import.*</c>.
    /// <c>push.*</c> is always refused. <value>Default empty.</value>
    /// </summary>
    public IList<string> ReservedEvents { get; set; } = [];

    /// <summary>The keys of publishers that are no users, by their id, for the default <see cref="IApiKeyStore"/>. <see cref="ApiKey.Create"/> makes one.</summary>
    public Dictionary<string, ApiKeyOptions> ApiKeys { get; set; } = new(StringComparer.Ordinal);

    /// <summary>Existing publishers: django-sse and the seed's Socket.IO messages.</summary>
    public InteropOptions Interop { get; set; } = new();

    /// <summary>Who is there.</summary>
    public PresenceOptions Presence { get; set; } = new();

    /// <summary>What a node remembers for those who look into it.</summary>
    public InspectionOptions Inspection { get; set; } = new();

    /// <summary>How often each node publishes its figures to <c>stats</c>; zero turns them off. At least 1 s otherwise. <value>Default 5 s.</value></summary>
    public TimeSpan StatsInterval { get; set; } = TimeSpan.FromSeconds(5);
}

/// <summary>What an acknowledged publish has outlived.</summary>
public enum AcknowledgeMode
{
    /// <summary>The broker has it in memory: lost when the broker dies before its next write to disk.</summary>
    Memory,

    /// <summary>The broker has it on disk: on Redis by the server's own <c>appendfsync always</c>, on Garnet by COMMITAOF.</summary>
    Disk,
}

/// <summary>Whether a channel's messages stay, on a Redis Cluster, with the servers of its slot (SPUBLISH), or go to all servers (PUBLISH). See docs/broker.md.</summary>
public enum ShardedPubSub
{
    /// <summary>On a cluster of Redis ≥ 7.0 or Valkey they stay; on an older one, and on a single server, they are published as ever.</summary>
    Auto,

    /// <summary>They stay; a broker that cannot is an error at start.</summary>
    Always,

    /// <summary>They go to all servers.</summary>
    Never,
}

/// <summary>How much of a channel can be recovered.</summary>
public class HistoryOptions
{
    /// <summary>At most this many events are kept. 1 to 100,000. <value>Default 1,000.</value></summary>
    public int MaxEvents { get; set; } = 1000;

    /// <summary>Events older than this are dropped; a channel without events or listeners for so long is deleted. 1 min to 30 days, and at least three times <c>Push:Streams:HeadCheckInterval</c>, which keeps the logs alive that are listened to. <value>Default 1 day.</value></summary>
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromDays(1);
}

/// <summary>How much of the channels of one pattern can be recovered.</summary>
public sealed class ChannelHistoryOptions : HistoryOptions
{
    /// <summary>A channel's name, or a prefix of names that ends in <c>*</c>, as in <c>room:*</c>.</summary>
    public string Channels { get; set; } = "";
}

/// <summary>Bounds of streams to browsers.</summary>
public sealed class StreamOptions
{
    /// <summary>After this long without an event a comment is sent. 1 s to 5 min. <value>Default 15 s.</value></summary>
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a browser waits before it reconnects, sent as <c>retry:</c>. 100 ms to 10 min. <value>Default 2 s.</value></summary>
    public TimeSpan Retry { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>The most that may wait for one client, in bytes; beyond it the client is dropped as slow. 4 KiB to 64 MiB. <value>Default 1 MiB.</value></summary>
    public int MaxOutboxBytes { get; set; } = 1024 * 1024;

    /// <summary>
    /// The most that may wait in each of the node's fan-out loops (as many as cores, at most 16), in bytes of events; beyond it the loop reads logged events from their channels' logs when it has come as far,
    /// and goes without the others. 64 KiB to 1 GiB. <value>Default 32 MiB.</value>
    /// </summary>
    public int MaxQueuedBytes { get; set; } = 32 * 1024 * 1024;

    /// <summary>Open streams of one user on this node; 0 is unlimited. <value>Default 64.</value></summary>
    public int MaxPerUser { get; set; } = 64;

    /// <summary>Open streams from one address on this node; 0 is unlimited. <value>Default 512.</value></summary>
    public int MaxPerAddress { get; set; } = 512;

    /// <summary>Open streams on this node; 0 is unlimited. <value>Default 0.</value></summary>
    public int MaxTotal { get; set; }

    /// <summary>How often each stream's sign-in and permissions are checked again. 1 s to 10 min. <value>Default 5 s.</value></summary>
    public TimeSpan RecheckInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How often the positions of quiet channels are compared with their logs. 1 s to 10 min. <value>Default 5 s.</value></summary>
    public TimeSpan HeadCheckInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the head of a stream waits for its channels before it leaves all the same. 0 to 30 s. <value>Default 2 s.</value></summary>
    public TimeSpan JoinTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>At shutdown, clients are told to come back after a random delay up to this. 0 to 10 min. <value>Default 5 s.</value></summary>
    public TimeSpan DrainSpread { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Connections per event and fan-out loop (a node has a few) that get the event with a trace context that is sampled, so that their browsers' spans join its trace; the others count in metrics alone.
    /// 0 to 10,000; 0 is none. <value>Default 8.</value>
    /// </summary>
    public int TracedConnections { get; set; } = 8;

    /// <summary>
    /// Whether the node, some seconds after a thousand or more streams have opened or ended, has the runtime collect what they left, and a second later once more, and gives the memory back. Everything waits
    /// for each of both, some milliseconds for each 10 MiB of live heap; a heap of more than 256 MiB is left alone. <value>Default true.</value>
    /// </summary>
    public bool CollectWhenQuiet { get; set; } = true;
}

/// <summary>How streams leave the server.</summary>
public sealed class TransportOptions
{
    /// <summary>
    /// Whether Kestrel's TCP endpoints run on PushApp's own transport, from which open streams are handed over to the hub: they then keep nothing of their request, and a delivery costs
    /// one system call. Only on Linux, and only for cleartext HTTP/1.1, which is what a node behind a proxy sees; whatever else is served as without it. Off, or where a transport is
    /// registered after <c>AddPush</c> (<c>UseSockets</c>), Kestrel's own serves all. <value>Default true.</value>
    /// </summary>
    public bool HandOver { get; set; } = true;
}

/// <summary>Limits on publishing over HTTP.</summary>
public sealed class PublishLimitOptions
{
    /// <summary>Events a user or API key may publish in a burst. 1 to 1,000,000. <value>Default 200.</value></summary>
    public int Burst { get; set; } = 200;

    /// <summary>Events a second a user or API key may publish over time. 1 to 100,000. <value>Default 50.</value></summary>
    public int PerSecond { get; set; } = 50;
}

/// <summary>Reading of existing publishers' Redis messages. See docs/interop.md for the formats.</summary>
public sealed class InteropOptions
{
    /// <summary>Whether this node takes part. <value>Default false.</value></summary>
    public bool Enabled { get; set; }

    /// <summary>django-sse's default channel; <c>{this}_{user}</c> is a user's. <value>Default "sse".</value></summary>
    public string SseChannel { get; set; } = "sse";

    /// <summary>Prefix of the seed's Socket.IO channels. <value>Default "socketio_".</value></summary>
    public string SocketIOPrefix { get; set; } = "socketio_";

    /// <summary>Whether the data of the seed's Socket.IO events begins with the room, as in its demo, or leaves it out, as in its article. <value>Default false.</value></summary>
    public bool IncludeRoom { get; set; }

    /// <summary>How long a node that died keeps the work of logging these messages. 1 s to 1 min. <value>Default 5 s.</value></summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(5);
}
