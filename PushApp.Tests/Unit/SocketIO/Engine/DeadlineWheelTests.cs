using CsCheck;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using PushApp.SocketIO.Engine.Timing;

namespace PushApp.Tests.Unit.SocketIO.Engine;

public sealed class DeadlineWheelTests
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(10);

    [Fact]
    public void Any_deadline_is_due_once_not_before_its_time_and_at_most_two_ticks_after() => Gen.Int[1, 5000].Array[1, 50].Sample(delays =>
    {
        var time = new FakeTimeProvider();
        using var wheel = new DeadlineWheel(time, Period, NullLogger.Instance);
        var set = delays.Select(delay => new Noted { Expected = TimeSpan.FromMilliseconds(delay).Ticks }).ToArray();
        foreach (var deadline in set)
        {
            wheel.Set(deadline, deadline.Expected);
        }

        for (var i = 0; i < 510; i++)
        {
            time.Advance(Period);
        }

        Assert.All(set, deadline =>
        {
            Assert.Equal(1, deadline.Count);
            Assert.InRange(deadline.At - deadline.Expected, 0, 2 * Period.Ticks);
        });
    }, iter: 100);

    [Fact]
    public void A_deadline_set_anew_is_due_at_its_new_time_alone()
    {
        var time = new FakeTimeProvider();
        using var wheel = new DeadlineWheel(time, Period, NullLogger.Instance);
        var deadline = new Noted();
        wheel.Set(deadline, TimeSpan.FromMilliseconds(50).Ticks);
        wheel.Set(deadline, TimeSpan.FromMilliseconds(500).Ticks);

        time.Advance(TimeSpan.FromMilliseconds(400));
        Assert.Equal(0, deadline.Count);
        time.Advance(TimeSpan.FromMilliseconds(200));
        Assert.Equal(1, deadline.Count);
    }

    [Fact]
    public void A_cleared_deadline_is_never_due()
    {
        var time = new FakeTimeProvider();
        using var wheel = new DeadlineWheel(time, Period, NullLogger.Instance);
        var deadline = new Noted();
        wheel.Set(deadline, TimeSpan.FromMilliseconds(50).Ticks);
        wheel.Clear(deadline);

        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(0, deadline.Count);
    }

    [Fact]
    public void A_wheel_that_was_empty_goes_on_with_the_next_deadline()
    {
        var time = new FakeTimeProvider();
        using var wheel = new DeadlineWheel(time, Period, NullLogger.Instance);
        var deadline = new Noted();
        for (var i = 1; i <= 3; i++)
        {
            time.Advance(TimeSpan.FromMinutes(1));
            wheel.Set(deadline, wheel.Now + TimeSpan.FromMilliseconds(25).Ticks);
            time.Advance(TimeSpan.FromMilliseconds(100));
            Assert.Equal(i, deadline.Count);
        }
    }

    [Fact]
    public void One_deadline_that_fails_does_not_stop_the_others()
    {
        var time = new FakeTimeProvider();
        using var wheel = new DeadlineWheel(time, Period, NullLogger.Instance);
        var deadline = new Noted();
        wheel.Set(new Failing(), 1);
        wheel.Set(deadline, 1);

        time.Advance(TimeSpan.FromMilliseconds(100));

        Assert.Equal(1, deadline.Count);
    }

    private sealed class Noted : Deadline
    {
        public long Expected { get; init; }

        public long At { get; private set; }

        public int Count { get; private set; }

        internal override void OnDue(long now)
        {
            At = now;
            Count++;
        }
    }

    private sealed class Failing : Deadline
    {
        internal override void OnDue(long now) => throw new InvalidOperationException("As asked.");
    }
}
