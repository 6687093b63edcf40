namespace PushApp.SocketIO;

/// <summary>Settings of Engine.IO, the transport below Socket.IO; section <c>SocketIO:Engine</c>. Defaults are the reference server's where it has the setting.</summary>
public sealed class EngineOptions
{
    /// <summary>How long after the last answer the server sends the next ping. 50 ms to 10 min. <value>Default 25 s.</value></summary>
    public TimeSpan PingInterval { get; set; } = TimeSpan.FromSeconds(25);

    /// <summary>How long a client may take to answer a ping. 50 ms to 10 min. <value>Default 20 s.</value></summary>
    public TimeSpan PingTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How long an upgrade to WebSocket may take, from its first request on. 50 ms to 5 min. <value>Default 10 s.</value></summary>
    public TimeSpan UpgradeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The largest body of a POST and the largest message on a WebSocket, in bytes; the client is told. 1 to 100,000,000. <value>Default 1,000,000.</value></summary>
    public int MaxPayload { get; set; } = 1_000_000;

    /// <summary>The most that may wait for one client, in bytes; beyond it the session ends as a slow consumer. 4 KiB to 256 MiB. <value>Default 4 MiB.</value></summary>
    public int MaxBufferedBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>Packets a client may send per second over time; 0 is unlimited. Up to 1,000,000. <value>Default 1,000.</value></summary>
    public int MaxPacketsPerSecond { get; set; } = 1000;

    /// <summary>Packets a client may send at once, such as what it kept while it was offline. At least <see cref="MaxPacketsPerSecond"/>, up to 10,000,000. <value>Default 5,000.</value></summary>
    public int MaxPacketBurst { get; set; } = 5000;

    /// <summary>Whether clients may use long-polling. <value>Default true.</value></summary>
    public bool AllowPolling { get; set; } = true;

    /// <summary>Whether clients may use WebSocket, from the start or by upgrade. <value>Default true.</value></summary>
    public bool AllowWebSocket { get; set; } = true;

    /// <summary>Whether clients of protocol version 3 (socket.io-client 2) may connect. <value>Default false.</value></summary>
    public bool AllowEIO3 { get; set; }

    /// <summary>Whether the answers to polls are compressed where the client can take it. Costs processor time, and secrets beside text of a stranger's making should not be compressed (BREACH). <value>Default false.</value></summary>
    public bool CompressPolls { get; set; }

    /// <summary>
    /// Origins beside the server's own whose pages may connect, as in <c>https://app.example.com</c>; <c>*</c> is any. They are answered with CORS headers. A request without
    /// an <c>Origin</c> header comes from no page and is not affected. <value>Default empty: pages of the same origin only, no CORS headers.</value>
    /// </summary>
    public IList<string> AllowedOrigins { get; set; } = [];

    /// <summary>
    /// Whether pages of <see cref="AllowedOrigins"/> may connect with the user's cookies. Otherwise their cookies are not looked at, on a WebSocket too, where browsers send them unasked: such a
    /// page's client is a visitor, unless its script gives a bearer token. Not together with <c>*</c>. <value>Default false.</value>
    /// </summary>
    public bool AllowCredentials { get; set; }

    /// <summary>A cookie that holds the session's id, for load balancers that ask for one; PushApp needs none. Its name, or null for no cookie. <value>Default null.</value></summary>
    public string? Cookie { get; set; }
}
