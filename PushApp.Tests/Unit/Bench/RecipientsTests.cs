using PushApp.Bench.Load;

namespace PushApp.Tests.Unit.Bench;

public sealed class RecipientsTests
{
    [Theory]
    [InlineData(1, 6727)]
    [InlineData(2, 7078)]
    [InlineData(3, 4487)]
    [InlineData(1000, 7128)]
    [InlineData(123_456_789, 9082)]
    [InlineData(4_294_967_295, 3513)]
    public void An_event_is_for_the_user_that_the_publisher_on_Node_chooses(long sequence, int user)
    {
        Assert.Equal(user, new Recipients(10_000).Of(sequence));
        Assert.Equal($"user{user}", new Recipients(10_000).NameOf(sequence));
    }

    [Fact]
    public void Events_are_spread_over_all_users()
    {
        const int users = 100;
        var counts = new int[users];
        for (var sequence = 1; sequence <= 100 * users; sequence++)
        {
            counts[new Recipients(users).Of(sequence)]++;
        }

        Assert.All(counts, count => Assert.InRange(count, 50, 150));
    }
}
