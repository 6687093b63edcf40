using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Push.Transport;

/// <summary>Requests that are no streams notice nothing of the transport: each test runs on ours and on Kestrel's own.</summary>
public sealed class OrdinaryRequestTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Requests_on_one_connection_are_answered_in_order_and_pipelined_ones_too(bool handOver)
    {
        await using var node = await StartAsync(handOver, app => app.MapGet("/n/{n}", (int n) => $"<{n}>"));
        using var client = await RawConnection.ConnectAsync(node.Address);
        for (var i = 0; i < 5; i++)
        {
            await client.SendAsync(Get($"/n/{i}"));
            Assert.EndsWith($"<{i}>", await client.ReadToAsync(">"), StringComparison.Ordinal);
        }

        await client.SendAsync(string.Concat(Enumerable.Range(100, 200).Select(i => Get($"/n/{i}"))));
        for (var i = 100; i < 300; i++)
        {
            Assert.EndsWith($"<{i}>", await client.ReadToAsync(">"), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public async Task A_body_far_larger_than_the_buffers_arrives_whole_however_late_it_is_read(bool handOver, bool chunked)
    {
        var begun = new TaskCompletionSource();
        var read = new TaskCompletionSource();
        await using var node = await StartAsync(handOver, app => app.MapPost("/hash", async context =>
        {
            begun.SetResult();
            await read.Task.WaitAsync(context.RequestAborted);
            await context.Response.WriteAsync(Convert.ToHexString(await SHA256.HashDataAsync(context.Request.Body, context.RequestAborted)), context.RequestAborted);
        }));
        var body = RandomNumberGenerator.GetBytes(6 * 1024 * 1024);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/hash") { Content = new ByteArrayContent(body) };
        request.Headers.TransferEncodingChunked = chunked;
        var answer = node.Http.SendAsync(request, TestContext.Current.CancellationToken);
        await begun.Task.WaitAsync(TestContext.Current.CancellationToken);

        read.SetResult();
        using var response = await answer;
        Assert.Equal(Convert.ToHexString(SHA256.HashData(body)), await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_beyond_the_limit_is_answered_413(bool handOver)
    {
        await using var node = await StartAsync(handOver, app => app.MapPost("/", async (HttpRequest request) =>
        {
            await request.Body.CopyToAsync(Stream.Null);
            return Results.Ok();
        }), builder => builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = 1000));
        using var client = await RawConnection.ConnectAsync(node.Address);
        await client.SendAsync("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 413 ", await client.ReadToAsync("\r\n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_response_to_a_slow_reader_arrives_whole(bool handOver)
    {
        var body = RandomNumberGenerator.GetBytes(8 * 1024 * 1024);
        await using var node = await StartAsync(handOver, app => app.MapGet("/", async context =>
        {
            context.Response.ContentLength = body.Length;
            for (var at = 0; at < body.Length; at += 100_000)
            {
                await context.Response.BodyWriter.WriteAsync(body.AsMemory(at, Math.Min(100_000, body.Length - at)), context.RequestAborted);
            }
        }));
        using var client = await RawConnection.ConnectAsync(node.Address, receiveBuffer: 4096);
        await client.SendAsync(Get("/"));
        await client.ReadToAsync("\r\n\r\n");
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var at = 0; at < body.Length; at += 65536)
        {
            hash.AppendData(await client.ReadAsync(Math.Min(65536, body.Length - at)));
        }

        Assert.Equal(Convert.ToHexString(SHA256.HashData(body)), Convert.ToHexString(hash.GetHashAndReset()));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public async Task A_client_that_goes_away_cancels_its_request(bool handOver, bool reset)
    {
        var begun = new TaskCompletionSource();
        var aborted = new TaskCompletionSource();
        await using var node = await StartAsync(handOver, app => app.MapGet("/", async context =>
        {
            using var registration = context.RequestAborted.Register(aborted.SetResult);
            begun.SetResult();
            await aborted.Task;
        }));
        using var client = await RawConnection.ConnectAsync(node.Address);
        await client.SendAsync(Get("/"));
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        if (reset)
        {
            client.Reset();
        }
        else
        {
            client.Dispose();
        }

        await aborted.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_request_that_is_aborted_resets_its_connection(bool handOver)
    {
        await using var node = await StartAsync(handOver, app => app.MapGet("/", context =>
        {
            context.Abort();
            return Task.CompletedTask;
        }));
        using var client = await RawConnection.ConnectAsync(node.Address);
        await client.SendAsync(Get("/"));
        var error = await Assert.ThrowsAsync<SocketException>(client.ReadToEndAsync);
        Assert.Equal(SocketError.ConnectionReset, error.SocketErrorCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_request_knows_both_ends_of_its_connection(bool handOver)
    {
        await using var node = await StartAsync(handOver, app => app.MapGet("/", (HttpContext context) =>
            $"{context.Connection.LocalIpAddress} {context.Connection.LocalPort} {context.Connection.RemoteIpAddress} {context.Connection.RemotePort}!"));
        using var client = await RawConnection.ConnectAsync(node.Address);
        await client.SendAsync(Get("/"));
        var port = ((IPEndPoint)client.Socket.LocalEndPoint!).Port;
        Assert.EndsWith($"127.0.0.1 {node.Address.Port} 127.0.0.1 {port}!", await client.ReadToAsync("!"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stopping_waits_for_the_request_that_is_being_answered_and_takes_no_new_connection(bool handOver)
    {
        var begun = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        await using var node = await StartAsync(handOver, app => app.MapGet("/", async () =>
        {
            begun.SetResult();
            await go.Task;
            return "done.";
        }));
        using var client = await RawConnection.ConnectAsync(node.Address);
        await client.SendAsync(Get("/"));
        await begun.Task.WaitAsync(TestContext.Current.CancellationToken);
        var stopping = node.StopAsync();
        await Until.TrueAsync(
            async () =>
            {
                try
                {
                    using var other = await RawConnection.ConnectAsync(node.Address);
                    return false;
                }
                catch (SocketException)
                {
                    return true;
                }
            },
            "the endpoint is closed");
        Assert.False(stopping.IsCompleted);

        go.SetResult();
        Assert.Contains("\r\ndone.\r\n0\r\n\r\n", await client.ReadToEndAsync(), StringComparison.Ordinal);
        await stopping.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_address_that_is_taken_is_said_as_Kestrel_says_it(bool handOver)
    {
        await using var first = await StartAsync(handOver, _ => { });
        var error = await Assert.ThrowsAsync<IOException>(() => StartAsync(
            handOver, _ => { }, builder => builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, first.Address.Port))));
        Assert.Contains("address already in use", error.Message, StringComparison.Ordinal);
        Assert.IsType<AddressInUseException>(error.InnerException);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_unix_socket_and_IPv6_serve_as_well(bool handOver)
    {
        using var folder = new TempFolder();
        var path = Path.Combine(folder.Path, "s");
        await using var node = await StartAsync(handOver, app => app.MapGet("/", () => "here."), builder => builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ListenUnixSocket(path);
            kestrel.Listen(IPAddress.IPv6Loopback, 0);
            kestrel.ListenAnyIP(0);
        }));
        Assert.Equal("here.", await node.Http.GetStringAsync("/", TestContext.Current.CancellationToken));
        foreach (var url in node.Urls.Where(url => url.StartsWith("http://[", StringComparison.Ordinal)))
        {
            Assert.Equal("here.", await node.Http.GetStringAsync(url.Replace("[::]", "127.0.0.1", StringComparison.Ordinal), TestContext.Current.CancellationToken));
        }

        using var unix = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await unix.ConnectAsync(new UnixDomainSocketEndPoint(path), TestContext.Current.CancellationToken);
        await unix.SendAsync(Encoding.ASCII.GetBytes(Get("/")), SocketFlags.None, TestContext.Current.CancellationToken);
        var buffer = new byte[1024];
        Assert.StartsWith("HTTP/1.1 200", Encoding.ASCII.GetString(buffer, 0, await unix.ReceiveAsync(buffer, SocketFlags.None, TestContext.Current.CancellationToken)), StringComparison.Ordinal);
    }

    private static string Get(string path) => $"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n";

    // No broker is needed where no stream is.
    private static Task<PushNode> StartAsync(bool handOver, Action<WebApplication> map, Action<WebApplicationBuilder>? configure = null) => PushNode.StartAsync(
        "127.0.0.1:1,abortConnect=false", "t", new Dictionary<string, string?> { ["Push:Transport:HandOver"] = handOver.ToString() }, configure, map);
}
