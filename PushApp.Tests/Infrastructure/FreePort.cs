using System.Net;
using System.Net.Sockets;

namespace PushApp.Tests.Infrastructure;

internal static class FreePort
{
    private static readonly HashSet<int> Given = [];

    /// <summary>A port on loopback that was free a moment ago and that no other test of this run was given.</summary>
    public static int Next()
    {
        while (true)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            var port = ((IPEndPoint)socket.LocalEndPoint!).Port;
            lock (Given)
            {
                if (Given.Add(port))
                {
                    return port;
                }
            }
        }
    }
}
