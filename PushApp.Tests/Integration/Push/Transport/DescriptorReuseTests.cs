using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using PushApp.Push;
using PushApp.Push.Hub;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Push.Transport;

/// <summary>The system gives a descriptor's number to the next connection as soon as it is closed.</summary>
public sealed class DescriptorReuseTests(BrokerFixture brokers) : IClassFixture<BrokerFixture>
{
    private const int Connections = 100_000;
    private const int AtOnce = 8;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_hundred_thousand_connections_that_end_in_every_way_while_events_go_out_leave_none_open_and_get_nothing_of_each_others()
    {
        Prerequisite.Linux("only there streams are handed over.");
        var broker = await brokers.GetAsync(BrokerKind.RedisServer);
        await using var node = await PushNode.StartAsync(broker.ConnectionString, Guid.NewGuid().ToString("N"), map: app =>
        {
            app.MapServerSentEvents("/sse");
            app.MapGet("/echo/{text}", (string text) => text);
        });
        using var done = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var publishing = PublishAsync(node.Publisher, done.Token);

        await Task.WhenAll(Enumerable.Range(1, AtOnce).Select(client => Task.Factory.StartNew(
            () => OpenAndClose(client, node.Address.Port), Cancelled, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

        await done.CancelAsync();
        Assert.True(await publishing > 1000);
        await Until.TrueAsync(() => node.Services.GetRequiredService<StreamRegistry>().Count == 0 && node.Connections == 0, "the streams have ended");
        await Until.TrueAsync(() => ServerSockets.Of(node.Address.Port).Count == 0, "their descriptors are closed");
        Assert.All(node.Services.GetRequiredService<ChannelHub>().Loops, loop => Assert.Equal((0, 0L), (loop.HeartbeatCount, loop.OutboxBytes)));
    }

    private static async Task<long> PublishAsync(IPushPublisher publisher, CancellationToken done)
    {
        long count = 0;
        while (!done.IsCancellationRequested)
        {
            await publisher.PublishAsync(ChannelName.Broadcast, "e", "of a stream", PublishOptions.Ephemeral, Cancelled);
            count++;
        }

        return count;
    }

    /// <summary>One after the other, from an address of its own, which has enough ports for those that the system keeps for a while.</summary>
    private static void OpenAndClose(int client, int port)
    {
        var from = new IPEndPoint(new IPAddress([127, 0, 0, (byte)(10 + client)]), 0);
        var buffer = new byte[16 * 1024];
        for (var i = 0; i < Connections / AtOnce; i++)
        {
            Cancelled.ThrowIfCancellationRequested();
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 30_000 };
            socket.Bind(from);
            socket.Connect(IPAddress.Loopback, port);
            switch (i % 4)
            {
                case 0:
                    Ask(socket, "/sse");
                    ReadUntil(socket, buffer, "retry: ");
                    Reset(socket);
                    break;
                case 1:
                    Ask(socket, "/sse");
                    Reset(socket);
                    break;
                case 2:
                    Ask(socket, "/sse");
                    ReadUntil(socket, buffer, "retry: ");
                    socket.Shutdown(SocketShutdown.Send);
                    ReadUntil(socket, buffer, "0\r\n\r\n");
                    Assert.Equal(0, socket.Receive(buffer));
                    break;
                default:
                    Echo(socket, buffer, $"{client}-{i}");
                    Echo(socket, buffer, "again");
                    Reset(socket);
                    break;
            }
        }
    }

    private static void Ask(Socket socket, string path) => socket.Send(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n"));

    private static void Echo(Socket socket, byte[] buffer, string text)
    {
        Ask(socket, $"/echo/{text}");
        var answer = ReadUntil(socket, buffer, "0\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", answer, StringComparison.Ordinal);
        Assert.EndsWith($"\r\n\r\n{text.Length:x}\r\n{text}\r\n0\r\n\r\n", answer, StringComparison.Ordinal);
    }

    /// <summary>What comes, until that text is in it.</summary>
    private static string ReadUntil(Socket socket, byte[] buffer, string text)
    {
        var wanted = Encoding.ASCII.GetBytes(text);
        var length = 0;
        while (buffer.AsSpan(0, length).IndexOf(wanted) < 0)
        {
            if (length == buffer.Length)
            {
                buffer.AsSpan(length - wanted.Length).CopyTo(buffer);
                length = wanted.Length;
            }

            var received = socket.Receive(buffer, length, buffer.Length - length, SocketFlags.None);
            Assert.True(received > 0, $"The connection ended before '{text}': {Encoding.ASCII.GetString(buffer, 0, length)}");
            length += received;
        }

        return Encoding.ASCII.GetString(buffer, 0, length);
    }

    private static void Reset(Socket socket) => socket.LingerState = new LingerOption(true, 0);
}
