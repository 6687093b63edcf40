using System.Net;
using PushApp.SocketIO.Engine.Cluster;

namespace PushApp.Tests.Unit.SocketIO.Engine;

public sealed class NodeAddressTests
{
    [Theory]
    [InlineData("http://127.0.0.1:5000", "http://127.0.0.1:5000")]
    [InlineData("http://[::1]:5000", "http://[::1]:5000")]
    [InlineData("https://web.internal:5001", "https://web.internal:5001")]
    public void A_particular_address_is_taken_as_it_is(string listening, string expected) => Assert.Equal(expected, NodeAddress.Find([listening]));

    [Theory]
    [InlineData("http://0.0.0.0:8080")]
    [InlineData("http://[::]:8080")]
    [InlineData("http://+:8080")]
    [InlineData("http://*:8080")]
    public void For_every_address_this_machines_is_taken(string listening)
    {
        var found = new Uri(NodeAddress.Find([listening])!);

        Assert.Equal(8080, found.Port);
        Assert.True(IPAddress.TryParse(found.Host, out var address) && !address.Equals(IPAddress.Any), found.Host);
    }

    [Fact]
    public void Http_goes_before_https() => Assert.Equal("http://localhost:5000", NodeAddress.Find(["https://localhost:5001", "http://localhost:5000"]));

    [Fact]
    public void Where_there_is_none_none_is_found() => Assert.Null(NodeAddress.Find(["unix:/tmp/socket"]));
}
