using System.Net;
using System.Net.Sockets;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Hosting;

/// <summary>What keeps the app from starting is told in one line that says what to do.</summary>
public sealed class AppHostErrorTests
{
    [Fact]
    public async Task A_port_in_use()
    {
        using var holder = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            holder.Bind(new IPEndPoint(IPAddress.Loopback, 5080));
            holder.Listen();
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            // Another holds it, which is as good.
        }

        await using var host = await AppHostProcess.RunAsync("--PushApp:Broker=embedded");

        Assert.Equal(1, host.First.ExitCode);
        Assert.Contains("Port 5080 of 'web' is in use", host.First.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", host.First.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redis_server_that_is_not_there()
    {
        Prerequisite.Linux("a PATH without redis-server is made of links.");
        using var folder = new TempFolder("no-redis");

        await using var host = await AppHostProcess.RunWithPathAsync(
            PathWithout.Program("redis-server", folder), "--PushApp:Broker=server", "--DcpPublisher:RandomizePorts=true");

        Assert.Equal(1, host.First.ExitCode);
        Assert.Contains("redis-server is not on PATH: install Redis or Valkey, or choose the broker that needs nothing: PushApp__Broker=embedded.", host.First.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", host.First.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense", "write container, server, embedded or external")]
    [InlineData("container", "PushApp__Broker=embedded")]
    public async Task A_broker_that_cannot_be(string broker, string advice)
    {
        await using var host = await AppHostProcess.RunAsync($"--PushApp:Broker={broker}", "--DcpPublisher:RandomizePorts=true");

        Assert.Equal(1, host.First.ExitCode);
        Assert.Contains(advice, host.First.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", host.First.Output, StringComparison.Ordinal);
    }
}
