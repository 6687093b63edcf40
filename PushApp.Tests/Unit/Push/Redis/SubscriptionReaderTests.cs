using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using PushApp.Push.Redis.Subscribing;
using StackExchange.Redis;
using StackExchange.Redis.Configuration;

namespace PushApp.Tests.Unit.Push.Redis;

public sealed class SubscriptionReaderTests
{
    private readonly SubscriptionReader _reader = new(NullLogger<SubscriptionReader>.Instance);

    [Theory]
    [InlineData("a:1", true)]
    [InlineData("a:1,protocol=resp2", true)]
    [InlineData("a:1,protocol=resp3", false)]
    [InlineData("a:1,ssl=true", false)]
    public void A_client_goes_through_it_unless_it_is_set_up_otherwise(string connectionString, bool goesThrough)
    {
        var options = ConfigurationOptions.Parse(connectionString);
        var protocol = options.Protocol;
        _reader.Attach(options);
        Assert.Equal(goesThrough && OperatingSystem.IsLinux() ? _reader : null, options.Tunnel);
        Assert.Equal(options.Tunnel is null ? protocol : RedisProtocol.Resp2, options.Protocol);
    }

    [Fact]
    public void What_the_application_has_set_stays()
    {
        var tunnel = Tunnel.HttpProxy(new DnsEndPoint("proxy", 1));
        var tunnelled = new ConfigurationOptions { Tunnel = tunnel };
        _reader.Attach(tunnelled);
        Assert.Same(tunnel, tunnelled.Tunnel);

        var prepared = new ConfigurationOptions { BeforeSocketConnect = (_, _, _) => { } };
        _reader.Attach(prepared);
        Assert.Null(prepared.Tunnel);
    }

    [Fact]
    public void A_message_goes_to_the_one_who_wants_its_channel_and_what_fails_there_goes_no_further()
    {
        List<string> taken = [];
        Action<ReadOnlyMemory<byte>> failing = _ => throw new InvalidOperationException("No.");
        _reader.Add("one"u8.ToArray(), failing);
        _reader.Add("one"u8.ToArray(), message => taken.Add(Encoding.UTF8.GetString(message.Span)));
        _reader.Add("two"u8.ToArray(), failing);

        Assert.True(_reader.TryReceive("one"u8, "a"u8));
        Assert.True(_reader.TryReceive("two"u8, "b"u8));
        Assert.False(_reader.TryReceive("three"u8, "c"u8));
        Assert.Equal(["a"], taken);

        _reader.Remove("two"u8.ToArray(), failing);
        Assert.False(_reader.TryReceive("two"u8, "d"u8));
    }
}
