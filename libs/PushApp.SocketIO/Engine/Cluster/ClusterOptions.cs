namespace PushApp.SocketIO;

/// <summary>
/// How the nodes of one site reach each other, so that no load balancer needs sticky sessions; section <c>SocketIO:Cluster</c>. Needs
/// <c>AddPush</c>, whose Redis holds the nodes' addresses; without, there is one node.
/// </summary>
public sealed class ClusterOptions
{
    /// <summary>Whether requests for other nodes' sessions are forwarded to them. Without, a site of several nodes needs sticky sessions. <value>Default true.</value></summary>
    public bool Enabled { get; set; } = true;

    /// <summary>
    /// Where other nodes reach this one, as in <c>http://10.0.0.5:8080</c>: the node itself, not the load balancer. <value>Default null: the first address the server listens on, http before https;
    /// for one that is no particular address (<c>0.0.0.0</c>, <c>*</c>) that of this machine's network.</value>
    /// </summary>
    public string? Address { get; set; }

    /// <summary>
    /// What nodes prove with that a forwarded request comes from one of them: the same on all, at least 32 characters, kept as a password is. <value>Default null: ASP.NET Core's data protection, whose
    /// keys and application name all nodes share anyway where they take each other's cookies.</value>
    /// </summary>
    public string? Secret { get; set; }

    /// <summary>How long a node that died is still looked for. 3 s to 5 min. <value>Default 15 s.</value></summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long to wait for a connection to another node. 100 ms to 30 s. <value>Default 2 s.</value></summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(2);
}
