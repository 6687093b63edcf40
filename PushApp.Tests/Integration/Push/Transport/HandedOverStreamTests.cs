using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using PushApp.Push;
using PushApp.Push.Hub;
using PushApp.Push.Sse;
using PushApp.Push.Transport;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Push.Transport;

public sealed class HandedOverStreamTests(BrokerFixture brokers) : IClassFixture<BrokerFixture>
{
    [Fact]
    public async Task A_stream_leaves_the_server_and_ends_as_chunks_do()
    {
        await using var node = await StartAsync();
        using var client = await RawConnection.ConnectAsync(node.Address);
        await client.SendAsync(Get());
        var head = await client.ReadToAsync("\r\n\r\n");
        Assert.Contains("Transfer-Encoding: chunked", head, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Connection: close", head, StringComparison.OrdinalIgnoreCase);
        var text = await ReadChunkAsync(client);
        Assert.StartsWith("retry: ", text, StringComparison.Ordinal);
        Assert.IsType<ChunkedStreamWriter>(Assert.Single(Streams(node)).Writer);

        await node.Publisher.PublishAsync(ChannelName.Broadcast, "e", "one", cancellationToken: TestContext.Current.CancellationToken);
        Assert.Contains("data: one\n", await ReadChunkAsync(client), StringComparison.Ordinal);
        await node.StopAsync();
        Assert.Contains("push.closing", await ReadChunkAsync(client), StringComparison.Ordinal);
        Assert.Equal("0\r\n\r\n", await client.ReadToEndAsync());
    }

    [Theory]
    [InlineData("option")]
    [InlineData("http/1.0")]
    [InlineData("http/2")]
    [InlineData("https")]
    [InlineData("pipelined")]
    [InlineData("logging")]
    public async Task Whatever_cannot_be_handed_over_is_served_by_the_pipe(string reason)
    {
        using var certificate = Certificate();
        await using var node = await StartAsync(
            reason == "option" ? new() { ["Push:Transport:HandOver"] = "false" } : [],
            builder => builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = reason == "http/2" ? HttpProtocols.Http2 : HttpProtocols.Http1;
                if (reason == "https")
                {
                    listen.UseHttps(certificate);
                }
                else if (reason == "logging")
                {
                    listen.UseConnectionLogging();
                }
            })));
        var address = new Uri(node.Urls.Last());
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, received, _, _) => received?.GetCertHashString() == certificate.GetCertHashString();
        using var http = new HttpClient(handler) { BaseAddress = address };
        using var raw = await RawConnection.ConnectAsync(address);
        SseReader? stream = null;
        if (reason is "http/1.0" or "pipelined")
        {
            await raw.SendAsync(reason == "http/1.0" ? "GET /sse HTTP/1.0\r\nHost: x\r\n\r\n" : Get() + Get());
            await raw.ReadToAsync("retry: ");
        }
        else
        {
            stream = await SseReader.OpenAsync(http, "/sse", version: reason == "http/2" ? HttpVersion.Version20 : HttpVersion.Version11);
        }

        Assert.IsType<PipeStreamWriter>(Assert.Single(Streams(node)).Writer);
        await node.Publisher.PublishAsync(ChannelName.Broadcast, "e", "one", cancellationToken: TestContext.Current.CancellationToken);
        if (stream is null)
        {
            await raw.ReadToAsync("data: one\n");
        }
        else
        {
            Assert.Equal("one", (await stream.NextAsync()).Data);
            await stream.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_slow_reader_gets_everything_in_order_once_it_reads()
    {
        await using var node = await StartAsync(new() { ["Push:Streams:MaxOutboxBytes"] = "67108864", ["Push:History:MaxEvents"] = "10000" });
        using var slow = await RawConnection.ConnectAsync(node.Address, receiveBuffer: 4096);
        await using var other = await node.OpenAsync();
        await slow.SendAsync(Get());
        await slow.ReadToAsync("retry: ");
        const int Count = 1500;
        var padding = new string('x', 8000);
        for (var i = 0; i < Count; i++)
        {
            await node.Publisher.PublishAsync(ChannelName.Broadcast, "e", $"{i} {padding}", cancellationToken: TestContext.Current.CancellationToken);
        }

        for (var i = 0; i < Count; i++)
        {
            Assert.StartsWith($"{i} ", (await other.NextAsync()).Data, StringComparison.Ordinal);
        }

        Assert.Contains(Streams(node), stream => stream.OutboxBytes > 0);
        for (var i = 0; i < Count; i++)
        {
            await slow.ReadToAsync("data: ");
            Assert.Equal($"{i} ", await slow.ReadToAsync(" "));
        }
    }

    [Fact]
    public async Task A_reader_that_does_not_read_is_dropped_and_told_apart_from_an_end()
    {
        await using var node = await StartAsync(new() { ["Push:Streams:MaxOutboxBytes"] = "100000" });
        using var slow = await RawConnection.ConnectAsync(node.Address, receiveBuffer: 4096);
        await slow.SendAsync(Get());
        await slow.ReadToAsync("retry: ");
        var padding = new string('x', 60_000);
        for (var i = 0; Streams(node).Any(); i++)
        {
            Assert.True(i < 2000, "It is dropped.");
            await node.Publisher.PublishAsync(ChannelName.Broadcast, "e", padding, cancellationToken: TestContext.Current.CancellationToken);
        }

        Assert.DoesNotContain("\r\n0\r\n\r\n", await slow.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("half")]
    [InlineData("close")]
    [InlineData("reset")]
    public async Task A_client_that_leaves_gives_its_place_back(string how)
    {
        await using var node = await StartAsync(new() { ["Push:Streams:MaxTotal"] = "1" });
        for (var i = 0; i < 20; i++)
        {
            using var client = await RawConnection.ConnectAsync(node.Address);
            await client.SendAsync(Get());
            Assert.StartsWith("HTTP/1.1 200 ", await client.ReadToAsync("retry: "), StringComparison.Ordinal);
            switch (how)
            {
                case "half":
                    client.Socket.Shutdown(SocketShutdown.Send);
                    await client.ReadToEndAsync();
                    break;
                case "close":
                    client.Dispose();
                    break;
                default:
                    client.Reset();
                    break;
            }

            await Until.TrueAsync(() => !Streams(node).Any() && node.Connections == 0, "the stream has ended");
        }

        await Until.TrueAsync(() => OpenSockets(node.Address.Port) == 0, "its descriptors are closed");
    }

    [Fact]
    public async Task Thousands_of_openings_leave_no_descriptor()
    {
        // PUSHAPP_OPENINGS=100000 for the long run.
        var openings = int.Parse(Environment.GetEnvironmentVariable("PUSHAPP_OPENINGS") ?? "3000", CultureInfo.InvariantCulture);
        await using var node = await StartAsync(new() { ["Push:Streams:MaxPerAddress"] = "0" });
        var random = new Random(6);
        var request = Encoding.ASCII.GetBytes(Get());
        await Parallel.ForAsync(0, openings, new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = TestContext.Current.CancellationToken }, async (i, _) =>
        {
            using var client = await RawConnection.ConnectAsync(node.Address);
            await client.SendAsync(request);
            if (i % 3 != 0)
            {
                await client.ReadToAsync(i % 3 == 1 ? "HTTP" : "retry: ");
            }

            // At any moment of the opening, and in each way.
            if (i % 2 == 0)
            {
                client.Reset();
            }
        });
        await Until.TrueAsync(() => !Streams(node).Any() && OpenSockets(node.Address.Port) == 0, "everything is closed");
        await using var last = await node.OpenAsync();
        await node.Publisher.PublishAsync(ChannelName.Broadcast, "e", "last", cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("last", (await last.NextAsync()).Data);
    }

    [Fact]
    public async Task Streams_that_were_handed_over_count_against_the_servers_limit()
    {
        await using var node = await StartAsync(configure: builder => builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxConcurrentConnections = 2));
        await using var one = await node.OpenAsync();
        using (await SseReaderOf(node))
        {
            using var third = await RawConnection.ConnectAsync(node.Address);
            Assert.Equal("", await third.ReadToEndAsync());
        }

        await Until.TrueAsync(() => Streams(node).Count() == 1, "the second has left");
        using var again = await SseReaderOf(node);
    }

    private static async Task<RawConnection> SseReaderOf(PushNode node)
    {
        var client = await RawConnection.ConnectAsync(node.Address);
        await client.SendAsync(Get());
        await client.ReadToAsync("retry: ");
        return client;
    }

    private static IEnumerable<HubConnection> Streams(PushNode node) => node.Services.GetRequiredService<StreamRegistry>().All.Cast<HubConnection>();

    /// <summary>Connections that the server's side holds: anything but those that TCP alone remembers.</summary>
    internal static int OpenSockets(int port)
    {
        const string Established = "01";
        const string CloseWait = "08";
        return File.ReadLines("/proc/self/net/tcp").Skip(1)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Count(fields => fields[1].EndsWith($":{port:X4}", StringComparison.Ordinal) && fields[3] is Established or CloseWait);
    }

    private static async Task<string> ReadChunkAsync(RawConnection client)
    {
        var length = int.Parse((await client.ReadToAsync("\r\n"))[..^2], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        var text = Encoding.UTF8.GetString(await client.ReadAsync(length));
        Assert.Equal("\r\n", await client.ReadToAsync("\r\n"));
        return text;
    }

    private static string Get() => "GET /sse HTTP/1.1\r\nHost: x\r\n\r\n";

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    private async Task<PushNode> StartAsync(Dictionary<string, string?>? settings = null, Action<WebApplicationBuilder>? configure = null)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Streams are handed over on Linux.");
        var broker = await brokers.GetAsync(BrokerKind.RedisServer);
        return await PushNode.StartAsync(broker.ConnectionString, Guid.NewGuid().ToString("N"), settings, configure);
    }
}
