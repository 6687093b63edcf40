using System.Text.Json;

namespace PushApp.SocketIO;

/// <summary>Everything that can be set about PushApp.SocketIO; section <c>SocketIO</c> of the configuration. Validated at start.</summary>
public sealed class SocketIOOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "SocketIO";

    /// <summary>The transport below: Engine.IO.</summary>
    public EngineOptions Engine { get; set; } = new();

    /// <summary>How the nodes of one site reach each other.</summary>
    public ClusterOptions Cluster { get; set; } = new();

    /// <summary>A connection that is in no namespace after this long is closed. 50 ms to 10 min. <value>Default 45 s.</value></summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(45);

    /// <summary>How long <c>EmitWithAckAsync</c> waits for an acknowledgement. 1 ms to 10 min. <value>Default 10 s.</value></summary>
    public TimeSpan AckTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long other nodes may take to answer (sockets listed, server-side events). 100 ms to 1 min. <value>Default 5 s.</value></summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Namespaces one connection may be in. 1 to 10,000. <value>Default 20.</value></summary>
    public int MaxNamespaces { get; set; } = 20;

    /// <summary>Rooms one socket may be in. 1 to 100,000. <value>Default 200.</value></summary>
    public int MaxRooms { get; set; } = 200;

    /// <summary>Acknowledgements that are waited for from one socket at a time. 1 to 100,000. <value>Default 1,000.</value></summary>
    public int MaxPendingAcks { get; set; } = 1000;

    /// <summary>Binary attachments of one packet of a client. 0 to 10,000. <value>Default 10, as the reference's parser.</value></summary>
    public int MaxAttachments { get; set; } = 10;

    /// <summary>How deep the JSON of a client's packet may be. 2 to 1,000. <value>Default 64.</value></summary>
    public int MaxJsonDepth { get; set; } = 64;

    /// <summary>Events of one socket that wait for their handler before nothing more is read from its connection; it is not either when they hold <see cref="EngineOptions.MaxBufferedBytes"/>. 1 to 100,000. <value>Default 100.</value></summary>
    public int MaxWaitingEvents { get; set; } = 100;

    /// <summary>Events of one socket that are handled at the same time. With more than 1 they may overtake each other. 1 to 1,000. <value>Default 1: in order, one after the other.</value></summary>
    public int MaxConcurrentEvents { get; set; } = 1;

    /// <summary>Bytes of one socket's <see cref="Socket.Data"/>, keys included. 0 to 1 MiB. <value>Default 16 KiB.</value></summary>
    public int MaxDataBytes { get; set; } = 16 * 1024;

    /// <summary>What a client that lost its connection gets back.</summary>
    public RecoveryOptions Recovery { get; set; } = new();

    /// <summary>Other Socket.IO libraries that publish to the same Redis.</summary>
    public SocketIOInteropOptions Interop { get; set; } = new();

    /// <summary>How arguments are written and read; bytes become attachments whatever is set. Set in code. <value>Default null: <see cref="SocketJson.Default"/>.</value></summary>
    public JsonSerializerOptions? Json { get; set; }
}

/// <summary>
/// Recovery of a connection's state (https://socket.io/docs/v4/connection-state-recovery): its id, rooms, data, and the events that it missed. Needs <c>AddPush</c>, whose logs serve them, also
/// on another node than the one it was connected to.
/// </summary>
public sealed class RecoveryOptions
{
    /// <summary>Whether it is on. <value>Default false.</value></summary>
    public bool Enabled { get; set; }

    /// <summary>How long after a lost connection. 1 s to 1 h; events are there as long as their channel's history (<c>Push:History</c>) keeps them. <value>Default 2 min.</value></summary>
    public TimeSpan Window { get; set; } = TimeSpan.FromMinutes(2);
}

/// <summary>
/// Emits of other Socket.IO libraries, read from the same Redis. They carry no id: the nodes log each once, as they do the seed's, for which <c>Push:Interop:Enabled</c> has to be on too.
/// </summary>
public sealed class SocketIOInteropOptions
{
    /// <summary>Whether emits of <c>@socket.io/redis-emitter</c>, and broadcasts of servers with <c>@socket.io/redis-adapter</c>, reach our clients. <value>Default false.</value></summary>
    public bool RedisAdapter { get; set; }

    /// <summary>The key of that adapter, as its option of that name. <value>Default "socket.io".</value></summary>
    public string RedisAdapterKey { get; set; } = "socket.io";

    /// <summary>Whether emits of python-socketio's <c>RedisManager(write_only=True)</c> reach our clients. <value>Default false.</value></summary>
    public bool PythonManager { get; set; }

    /// <summary>The Redis channel of that manager. <value>Default "socketio".</value></summary>
    public string PythonChannel { get; set; } = "socketio";
}
