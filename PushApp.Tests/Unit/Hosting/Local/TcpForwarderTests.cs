using System.Net;
using System.Net.Sockets;
using PushApp.LocalHosting.Network;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Unit.Hosting.Local;

public sealed class TcpForwarderTests
{
    [Fact]
    public async Task Connections_go_to_the_replicas_in_turn_and_a_dead_one_is_passed_over()
    {
        using var first = new Replica("1");
        using var second = new Replica("2");
        var dead = FreePort.Next();
        var port = FreePort.Next();
        using var forwarder = TcpForwarder.Start(port, () => [first.Port, dead, second.Port]);

        var answers = new List<string>();
        for (var i = 0; i < 6; i++)
        {
            answers.Add(await AskAsync(port, "hello"));
        }

        Assert.Contains("1:hello", answers);
        Assert.Contains("2:hello", answers);
        Assert.Equal(6, answers.Count(a => a.EndsWith(":hello", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_end_of_one_direction_leaves_the_other_open()
    {
        using var replica = new Replica("1");
        var port = FreePort.Next();
        using var forwarder = TcpForwarder.Start(port, () => [replica.Port]);

        // The replica answers only when the request's end has reached it.
        Assert.Equal("1:half", await AskAsync(port, "half"));
    }

    [Fact]
    public async Task Without_a_replica_the_connection_is_closed()
    {
        var port = FreePort.Next();
        using var forwarder = TcpForwarder.Start(port, () => []);

        Assert.Equal("", await AskAsync(port, ""));
    }

    private static async Task<string> AskAsync(int port, string text)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text), TestContext.Current.CancellationToken);
        client.Client.Shutdown(SocketShutdown.Send);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Reads to the end, then answers with its name and what it read.</summary>
    private sealed class Replica : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

        public Replica(string name)
        {
            _listener.Start();
            _ = ServeAsync(name);
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public void Dispose() => _listener.Dispose();

        private async Task ServeAsync(string name)
        {
            try
            {
                while (true)
                {
                    using var client = await _listener.AcceptTcpClientAsync();
                    using var reader = new StreamReader(client.GetStream());
                    var text = await reader.ReadToEndAsync();
                    await client.GetStream().WriteAsync(System.Text.Encoding.UTF8.GetBytes($"{name}:{text}"));
                }
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // The test is over.
            }
        }
    }
}
