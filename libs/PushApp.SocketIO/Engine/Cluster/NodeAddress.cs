using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace PushApp.SocketIO.Engine.Cluster;

/// <summary>Finds the address at which other nodes reach this one.</summary>
internal static class NodeAddress
{
    /// <summary>Of the addresses that the server listens on; null where none will do.</summary>
    public static string? Find(IEnumerable<string> listening)
    {
        // http first: within a site there is seldom a certificate that names a single node.
        foreach (var address in listening.OrderBy(address => address.StartsWith("https", StringComparison.OrdinalIgnoreCase)))
        {
            // `+` and `*` are no hosts to Uri, and stand for every address as 0.0.0.0 does.
            if (Uri.TryCreate(address.Replace("//+", "//0.0.0.0", StringComparison.Ordinal).Replace("//*", "//0.0.0.0", StringComparison.Ordinal), UriKind.Absolute, out var uri)
                && uri.Scheme is "http" or "https")
            {
                var host = IPAddress.TryParse(uri.Host.Trim('[', ']'), out var ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any))
                    ? OfThisMachine()
                    : uri.Host;
                return $"{uri.Scheme}://{host}:{uri.Port}";
            }
        }

        return null;
    }

    // The first network that leads somewhere; a machine of several says which by SocketIO:Cluster:Address.
    private static string OfThisMachine()
    {
        var networks = NetworkInterface.GetAllNetworkInterfaces()
            .Where(network => network.OperationalStatus == OperationalStatus.Up && network.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .Select(network => network.GetIPProperties())
            .OrderByDescending(network => network.GatewayAddresses.Count > 0);
        foreach (var network in networks)
        {
            foreach (var address in network.UnicastAddresses)
            {
                if (address.Address.AddressFamily == AddressFamily.InterNetwork)
                {
                    return address.Address.ToString();
                }
            }
        }

        return IPAddress.Loopback.ToString();
    }
}
