using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using PushApp.Push.Transport;

namespace PushApp.Push.Redis.Subscribing;

/// <summary>
/// A connection that one thread waits for within the kernel. The runtime registers a socket that was ever awaited with its epoll, for as long as it is open, and for all that comes there wakes its own thread and
/// one of the pool's: with a message at a time that costs half of what the message does. So another connection, which the runtime has not awaited, takes the descriptor's place; whoever closes the socket closes it.
/// </summary>
internal sealed class BlockingSocket
{
    // For a server that takes nothing any more. It would have to leave unread what the kernel's buffers hold, which is more than all that is ever sent at once.
    private const int SendTimeoutMilliseconds = 10_000;

    private readonly SafeSocketHandle _handle;

    private BlockingSocket(SafeSocketHandle handle) => _handle = handle;

    /// <summary>Whether that can be done here.</summary>
    public static bool IsSupported => OperatingSystem.IsLinux();

    /// <summary>Connects a connected socket anew, to the same server. Blocks.</summary>
    /// <exception cref="SocketException">The server does not take the connection.</exception>
    /// <exception cref="ObjectDisposedException">The socket was closed meanwhile.</exception>
    public static BlockingSocket Replace(Socket socket)
    {
        using var fresh = new Socket(socket.AddressFamily, socket.SocketType, socket.ProtocolType) { SendTimeout = SendTimeoutMilliseconds };
        if (socket.AddressFamily == AddressFamily.InterNetworkV6)
        {
            fresh.DualMode = socket.DualMode;
        }

        if (socket.ProtocolType == ProtocolType.Tcp)
        {
            fresh.NoDelay = true;
            Copy(SocketOptionLevel.Socket, SocketOptionName.KeepAlive);
            Copy(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime);
            Copy(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval);
            Copy(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount);
        }

        fresh.Connect(socket.RemoteEndPoint!);
        if (Libc.Duplicate(fresh.SafeHandle, socket.SafeHandle, Libc.CloseOnExec) < 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), "dup3 failed");
        }

        return new BlockingSocket(socket.SafeHandle);

        void Copy(SocketOptionLevel level, SocketOptionName name) => fresh.SetSocketOption(level, name, (int)socket.GetSocketOption(level, name)!);
    }

    /// <summary>Waits for bytes. 0 at the end.</summary>
    public int Receive(Span<byte> buffer)
    {
        while (true)
        {
            var count = Libc.Receive(_handle, buffer, buffer.Length, 0);
            if (count >= 0)
            {
                return (int)count;
            }

            ThrowUnlessInterrupted();
        }
    }

    /// <summary>Sends all of it.</summary>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var count = Libc.Send(_handle, bytes, bytes.Length, Libc.NoSignal);
            if (count >= 0)
            {
                bytes = bytes[(int)count..];
            }
            else
            {
                ThrowUnlessInterrupted();
            }
        }
    }

    private static void ThrowUnlessInterrupted()
    {
        if (Marshal.GetLastPInvokeError() is var error and not Libc.ErrorInterrupted)
        {
            throw new IOException("The connection to the broker has failed.", new Win32Exception(error));
        }
    }
}
