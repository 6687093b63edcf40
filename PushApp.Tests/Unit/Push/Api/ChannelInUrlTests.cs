using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using PushApp.Push.Api;

namespace PushApp.Tests.Unit.Push.Api;

public sealed class ChannelInUrlTests
{
    [Theory]
    [InlineData("/api/channels/user:a%3Ab/events", "user:a:b", "user:a%3Ab")]
    [InlineData("/api/channels/user:j%C3%BCrgen/events?x=1", "user:jürgen", "user:j%C3%BCrgen")]
    [InlineData("/api/channels/room:a%2Fb/events", "room:a%2Fb", "room:a%2Fb")]
    [InlineData("/api/channels/room:a%2fb/events", "room:a%2fb", "room:a%2fb")]
    [InlineData("/api/channels/room:100%2525/events", "room:100%25", "room:100%2525")]
    [InlineData("/api/channels/room:%252F/events", "room:%2F", "room:%252F")]
    [InlineData("http://host/api/channels/user:a%3Ab/events", "user:a:b", "user:a%3Ab")]
    [InlineData("/api/channels/user%3Aalice/events", "user:alice", "user:alice")]
    [InlineData("/api/channels/user%3Aa%253Ab/events", "user:a%3Ab", "user:a%3Ab")]
    [InlineData("/api/channels/room%3Aa%2Fb/events", "room:a%2Fb", "room:a/b")]
    [InlineData("/rewritten", "user:alice", "user:alice")]
    [InlineData("", "user:alice", "user:alice")]
    public void The_segment_counts_as_it_was_sent(string target, string routed, string expected)
    {
        var context = new DefaultHttpContext();
        context.Features.Get<IHttpRequestFeature>()!.RawTarget = target;
        context.Request.RouteValues["channel"] = routed;
        Assert.Equal(expected, ChannelInUrl.Find(context));
    }
}
