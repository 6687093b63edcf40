using System.Globalization;
using System.Text;

namespace PushApp.SocketIO.Engine.Cluster;

/// <summary>
/// What a node says of a request that it forwards: for whom, which request, and how its client came. Sealed, it is good for this request to this node, for a short time.
/// Without it a header from outside could make a stranger's address or scheme believed, and a node could be made to take a request as checked that was not.
/// </summary>
/// <param name="IssuedAt">When, by the forwarding node's clock.</param>
/// <param name="Node">The node it is for.</param>
/// <param name="Method">The request's method.</param>
/// <param name="Target">Path and query as sent.</param>
/// <param name="Scheme">The client's scheme.</param>
/// <param name="Host">The client's <c>Host</c>.</param>
/// <param name="RemoteAddress">The client's address; empty where there is none.</param>
internal sealed record ForwardTicket(DateTimeOffset IssuedAt, string Node, string Method, string Target, string Scheme, string Host, string RemoteAddress)
{
    /// <summary>The header that carries it. Whoever sends it without a good seal is refused.</summary>
    public const string Header = "X-PushApp-Forwarded";

    // Clocks of machines differ; and a captured ticket is of little use without the client's credentials, which it does not carry.
    private static readonly TimeSpan Validity = TimeSpan.FromMinutes(1);

    private const string Version = "1";

    // None of these can hold a line feed: they come from a parsed request.
    public byte[] ToBytes() => Encoding.UTF8.GetBytes(string.Join(
        '\n', Version, IssuedAt.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture), Node, Method, Target, Scheme, Host, RemoteAddress));

    public static ForwardTicket? Parse(byte[] bytes)
    {
        return Encoding.UTF8.GetString(bytes).Split('\n') is [Version, var time, var node, var method, var target, var scheme, var host, var address]
            && long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            && milliseconds < DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? new ForwardTicket(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds), node, method, target, scheme, host, address)
            : null;
    }

    public bool IsFresh(DateTimeOffset now) => (now - IssuedAt).Duration() <= Validity;
}
