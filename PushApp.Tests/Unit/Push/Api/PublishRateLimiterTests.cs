using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using PushApp.Push;
using PushApp.Push.Api;

namespace PushApp.Tests.Unit.Push.Api;

public sealed class PublishRateLimiterTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly PublishRateLimiter _limiter;

    public PublishRateLimiterTests() =>
        _limiter = new PublishRateLimiter(Options.Create(new PushOptions { PublishLimits = { Burst = 3, PerSecond = 2 } }), _time);

    [Fact]
    public void A_burst_passes_and_then_as_many_as_the_rate()
    {
        Assert.Equal(3, Take("a", 10));
        Assert.False(_limiter.TryAcquire("a", out var retryAfter));
        Assert.Equal(TimeSpan.FromSeconds(0.5), retryAfter);

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, Take("a", 10));

        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(3, Take("a", 10));
    }

    [Fact]
    public void Waiting_as_long_as_was_said_is_enough()
    {
        Take("a", 3);
        Assert.False(_limiter.TryAcquire("a", out var retryAfter));
        _time.Advance(retryAfter);
        Assert.True(_limiter.TryAcquire("a", out _));
    }

    [Fact]
    public void One_does_not_use_up_what_is_anothers()
    {
        Take("a", 10);
        Assert.Equal(3, Take("b", 10));
    }

    [Fact]
    public void Who_has_been_quiet_is_forgotten()
    {
        for (var i = 0; i < 100; i++)
        {
            Take($"user:{i}", 1);
        }

        Assert.Equal(100, _limiter.Count);
        _time.Advance(TimeSpan.FromMinutes(2));
        Take("a", 1);
        Assert.Equal(1, _limiter.Count);
    }

    private int Take(string publisher, int attempts) => Enumerable.Range(0, attempts).Count(_ => _limiter.TryAcquire(publisher, out var _));
}
