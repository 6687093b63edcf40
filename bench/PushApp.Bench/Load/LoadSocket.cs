using System.ComponentModel;
using System.Net;
using System.Runtime.InteropServices;
using PushApp.Bench.Native;

namespace PushApp.Bench.Load;

/// <summary>A client's socket: a bare descriptor that ends with a reset, so that no port stays behind in TIME_WAIT.</summary>
internal static unsafe class LoadSocket
{
    // 127.0.0.1 has some 28,000 free ports towards one server; the next 20,000 clients come from 127.0.0.2, and so on.
    private const int ConnectionsPerAddress = 20_000;

    /// <summary>Connects and sends the request. Its descriptor.</summary>
    /// <param name="index">The client's number: which address it comes from.</param>
    /// <param name="server">A loopback address.</param>
    /// <param name="request">What it sends first.</param>
    public static int Connect(int index, IPEndPoint server, ReadOnlySpan<byte> request)
    {
        var descriptor = Libc.Socket(Libc.AddressFamilyInet, Libc.SocketStream | Libc.SocketCloseOnExec, 0);
        Check(descriptor, "socket");
        var linger = stackalloc int[2] { 1, 0 };
        var on = 1;
        _ = Libc.SetSocketOption(descriptor, Libc.LevelSocket, Libc.OptionLinger, linger, 2 * sizeof(int));
        _ = Libc.SetSocketOption(descriptor, Libc.LevelTcp, Libc.OptionNoDelay, &on, sizeof(int));

        var address = stackalloc byte[16];
        if (index >= ConnectionsPerAddress)
        {
            WriteAddress(address, new IPEndPoint(new IPAddress([127, 0, 0, (byte)(1 + (index / ConnectionsPerAddress))]), 0));
            Check(Libc.Bind(descriptor, address, 16), "bind");
        }

        WriteAddress(address, server);
        Check(Libc.Connect(descriptor, address, 16), "connect");
        fixed (byte* bytes = request)
        {
            Check(Libc.Write(descriptor, bytes, request.Length) == request.Length ? 0 : -1, "sending the request");
        }

        return descriptor;
    }

    private static void Check(int result, string call)
    {
        if (result < 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"{call} failed while the streams were opened");
        }
    }

    /// <summary>struct sockaddr_in: family in the machine's order, port and address in the network's.</summary>
    private static void WriteAddress(byte* address, IPEndPoint endpoint)
    {
        *(ushort*)address = Libc.AddressFamilyInet;
        address[2] = (byte)(endpoint.Port >> 8);
        address[3] = (byte)endpoint.Port;
        _ = endpoint.Address.TryWriteBytes(new Span<byte>(address + 4, 4), out _);
        *(ulong*)(address + 8) = 0;
    }
}
