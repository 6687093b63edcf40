using System.Net;
using System.Net.Sockets;

namespace PushApp.LocalHosting.Network;

/// <summary>Ports of this machine's loopback.</summary>
internal static class LocalPorts
{
    // Below the ports that systems give to outgoing connections (from 32768 on Linux, 49152 elsewhere): one of these may take any of those at any time, as that of a server that is down for a moment.
    private const int First = 20_000;
    private const int Count = 12_000;

    private static readonly HashSet<int> Given = [];

    /// <summary>A port that was free a moment ago and that nobody else in this process was given.</summary>
    /// <exception cref="InvalidOperationException">None of some thousand that were tried is free.</exception>
    public static int Next()
    {
        for (var tries = 0; tries < Count; tries++)
        {
            var port = First + Random.Shared.Next(Count);
            lock (Given)
            {
                if (!Given.Contains(port) && IsFree(port))
                {
                    Given.Add(port);
                    return port;
                }
            }
        }

        throw new InvalidOperationException($"No free port was found between {First} and {First + Count}; end what listens there.");
    }

    public static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            return false;
        }
    }
}
