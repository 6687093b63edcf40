using PushApp.SocketIO;

namespace PushApp.Tests.Unit.SocketIO;

public sealed class TurnsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_enters_when_all_before_have_left_in_the_order_they_came()
    {
        var turns = new Turns();
        var first = await turns.EnterAsync(Token);
        var second = turns.EnterAsync(Token).AsTask();
        var third = turns.EnterAsync(Token).AsTask();
        Assert.False(second.IsCompleted || third.IsCompleted);

        first.Dispose();
        var entered = await second;
        Assert.False(third.IsCompleted);
        entered.Dispose();
        (await third).Dispose();

        // Nobody is in it: no waiting.
        var next = turns.EnterAsync(Token).AsTask();
        Assert.True(next.IsCompleted);
        (await next).Dispose();
    }

    [Fact]
    public async Task Who_gives_up_lets_nobody_past_those_before()
    {
        var turns = new Turns();
        var first = await turns.EnterAsync(Token);
        using var givenUp = new CancellationTokenSource();
        var second = turns.EnterAsync(givenUp.Token).AsTask();
        var third = turns.EnterAsync(Token).AsTask();
        await givenUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.False(third.IsCompleted);

        first.Dispose();
        (await third.WaitAsync(TimeSpan.FromSeconds(30), Token)).Dispose();
    }

    [Fact]
    public async Task Never_two_at_a_time()
    {
        var turns = new Turns();
        var inside = 0;
        var most = 0;
        await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 50; i++)
            {
                using var turn = await turns.EnterAsync(Token);
                most = Math.Max(most, Interlocked.Increment(ref inside));
                await Task.Yield();
                Interlocked.Decrement(ref inside);
            }
        })));
        Assert.Equal(1, most);
    }
}
