using System.Net;
using System.Net.Sockets;
using PushApp.Push.Redis.Subscribing;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Push.Subscribing;

/// <summary>Connections that take the place of others.</summary>
public sealed class BlockingSocketTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    public async Task It_is_another_connection_under_the_same_number_and_the_one_before_is_closed(string address)
    {
        Prerequisite.Linux("descriptors are replaced by dup3.");
        using var listener = Listen(address);
        using var socket = await ConnectAsync(listener, address);
        using var before = await listener.AcceptSocketAsync(Cancelled);
        var number = socket.Handle;

        var blocking = BlockingSocket.Replace(socket);
        using var after = await listener.AcceptSocketAsync(Cancelled);

        Assert.Equal(number, socket.Handle);
        Assert.Equal(0, await before.ReceiveAsync(new byte[1], Cancelled));
        blocking.Send("hello"u8);
        var buffer = new byte[16];
        Assert.Equal(5, await after.ReceiveAsync(buffer, Cancelled));
        await after.SendAsync("answer"u8.ToArray(), Cancelled);
        Assert.Equal(6, blocking.Receive(buffer));
        Assert.Equal("answer"u8, buffer.AsSpan(0, 6));
    }

    [Fact]
    public async Task Who_closes_the_socket_ends_the_wait_for_it_and_its_peer_sees_the_end()
    {
        Prerequisite.Linux("descriptors are replaced by dup3.");
        using var listener = Listen("127.0.0.1");
        var socket = await ConnectAsync(listener, "127.0.0.1");
        using var before = await listener.AcceptSocketAsync(Cancelled);
        var blocking = BlockingSocket.Replace(socket);
        using var after = await listener.AcceptSocketAsync(Cancelled);
        var received = Task.Factory.StartNew(() => blocking.Receive(new byte[16]), TaskCreationOptions.LongRunning);
        await after.SendAsync("x"u8.ToArray(), Cancelled);
        Assert.Equal(1, await received.WaitAsync(Patience, Cancelled));

        // As the Redis client does it.
        received = Task.Factory.StartNew(() => blocking.Receive(new byte[16]), TaskCreationOptions.LongRunning);
        socket.Shutdown(SocketShutdown.Both);
        socket.Dispose();

        // Whether it waited already: the end, or that it is closed.
        try
        {
            Assert.Equal(0, await received.WaitAsync(Patience, Cancelled));
        }
        catch (Exception error) when (error is ObjectDisposedException or IOException)
        {
            // It had not begun.
        }

        Assert.Equal(0, await after.ReceiveAsync(new byte[1], Cancelled));
        Assert.Throws<ObjectDisposedException>(() => blocking.Send("x"u8));
    }

    [Fact]
    public async Task A_socket_that_is_closed_or_a_server_that_has_gone_is_an_error()
    {
        Prerequisite.Linux("descriptors are replaced by dup3.");
        using var listener = Listen("127.0.0.1");
        using var closed = await ConnectAsync(listener, "127.0.0.1");
        closed.Dispose();
        Assert.Throws<ObjectDisposedException>(() => BlockingSocket.Replace(closed));

        using var alone = await ConnectAsync(listener, "127.0.0.1");
        listener.Stop();
        Assert.Throws<SocketException>(() => BlockingSocket.Replace(alone));
    }

    private static TcpListener Listen(string address)
    {
        var listener = new TcpListener(IPAddress.Parse(address) is { IsIPv4MappedToIPv6: false } own ? own : IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    private static async Task<Socket> ConnectAsync(TcpListener listener, string address)
    {
        var socket = new Socket(IPAddress.Parse(address).AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (socket.AddressFamily == AddressFamily.InterNetworkV6)
        {
            socket.DualMode = true;
        }

        await socket.ConnectAsync(IPAddress.Parse(address), ((IPEndPoint)listener.LocalEndpoint).Port, Cancelled);
        return socket;
    }
}
