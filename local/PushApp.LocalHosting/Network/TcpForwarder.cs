using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace PushApp.LocalHosting.Network;

/// <summary>
/// One address for several replicas: each connection goes to the next of them, one that is down is passed over. Bytes are handed on unread, so that Host headers,
/// streams and WebSockets pass as they are, and a quiet stream may last for ever.
/// </summary>
internal sealed class TcpForwarder : IDisposable
{
    private const int BufferBytes = 16 * 1024;
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMilliseconds(50);

    private readonly List<Socket> _listeners = [];
    private readonly Func<IReadOnlyList<int>> _targets;
    private readonly CancellationTokenSource _ended = new();
    private uint _next;

    private TcpForwarder(Func<IReadOnlyList<int>> targets) => _targets = targets;

    /// <summary>Listens on a port of loopback, IPv4 and (where there is) IPv6.</summary>
    /// <exception cref="SocketException">The port is in use.</exception>
    public static TcpForwarder Start(int port, Func<IReadOnlyList<int>> targets)
    {
        var forwarder = new TcpForwarder(targets);
        try
        {
            forwarder.Listen(new IPEndPoint(IPAddress.Loopback, port));
            if (Socket.OSSupportsIPv6)
            {
                forwarder.Listen(new IPEndPoint(IPAddress.IPv6Loopback, port));
            }
        }
        catch
        {
            forwarder.Dispose();
            throw;
        }

        return forwarder;
    }

    public void Dispose()
    {
        _ended.Cancel();
        foreach (var listener in _listeners)
        {
            listener.Dispose();
        }
    }

    private void Listen(IPEndPoint endpoint)
    {
        var listener = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _listeners.Add(listener);
        try
        {
            listener.Bind(endpoint);
        }
        catch (SocketException exception) when (endpoint.AddressFamily == AddressFamily.InterNetworkV6 && exception.SocketErrorCode == SocketError.AddressNotAvailable)
        {
            // A machine without an IPv6 loopback.
            return;
        }

        listener.Listen(512);
        _ = AcceptAsync(listener);
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (!_ended.IsCancellationRequested)
        {
            try
            {
                _ = ForwardAsync(await listener.AcceptAsync(_ended.Token).ConfigureAwait(false));
            }
            catch (SocketException)
            {
                // That client is gone, or descriptors are short: then the same comes again at once, until one is free.
                await Task.Delay(AfterFailure).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ForwardAsync(Socket client)
    {
        using (client)
        using (var server = await ConnectAsync().ConfigureAwait(false))
        {
            if (server is null)
            {
                return;
            }

            await Task.WhenAll(PumpAsync(client, server), PumpAsync(server, client)).ConfigureAwait(false);
        }
    }

    private async Task<Socket?> ConnectAsync()
    {
        var targets = _targets();
        var first = Interlocked.Increment(ref _next);
        for (var i = 0; i < targets.Count; i++)
        {
            var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, targets[(int)((first + i) % targets.Count)], _ended.Token).ConfigureAwait(false);
                return server;
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException)
            {
                server.Dispose();
            }
        }

        return null;
    }

    /// <summary>Hands on what comes until it ends, then says so to the other side; either side broken breaks both.</summary>
    private async Task PumpAsync(Socket from, Socket to)
    {
        try
        {
            to.NoDelay = true;
            while (true)
            {
                // A connection that is quiet holds no buffer.
                await from.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, _ended.Token).ConfigureAwait(false);
                var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
                try
                {
                    var count = await from.ReceiveAsync(buffer, SocketFlags.None, _ended.Token).ConfigureAwait(false);
                    if (count == 0)
                    {
                        to.Shutdown(SocketShutdown.Send);
                        return;
                    }

                    for (var rest = buffer.AsMemory(0, count); !rest.IsEmpty;)
                    {
                        rest = rest[await to.SendAsync(rest, SocketFlags.None, _ended.Token).ConfigureAwait(false)..];
                    }
                }
                finally
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            from.Close(0);
            to.Close(0);
        }
    }
}
