using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using PushApp.SocketIO;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.SocketIO;

/// <summary>Filters that are classes with services of the call.</summary>
public sealed class FilterClassTests
{
    private readonly Journal _journal = new();

    /// <summary>One for each call, as a database context is.</summary>
    internal sealed class PerCall
    {
        private static int _next;

        public int Number { get; } = Interlocked.Increment(ref _next);
    }

    internal sealed class Both(Journal journal, PerCall perCall) : ISocketConnectFilter, ISocketEventFilter, IAsyncDisposable
    {
        public async ValueTask OnConnectingAsync(SocketConnectContext context, Func<ValueTask> next)
        {
            if (context.Socket.Handshake.Auth.TryGetProperty("shut", out _))
            {
                throw new SocketException("Shut.");
            }

            journal.Add("before connecting");
            await next();
            journal.Add("after connecting");
        }

        public async ValueTask OnEventAsync(SocketEventContext context, Func<ValueTask> next)
        {
            Assert.Equal(perCall.Number, context.Services.GetRequiredService<PerCall>().Number);
            journal.Add($"before {context.EventName}");
            await next();
            context.Answer = SocketArguments.From(context.Answer!.Get<int>(0) * 100);
        }

        public ValueTask DisposeAsync()
        {
            journal.Add("disposed");
            return ValueTask.CompletedTask;
        }
    }

    [SuppressMessage("Performance", "CA1812", Justification = "Named as a filter, which is refused.")]
    internal sealed class Unusable : ISocketEventFilter
    {
        private Unusable()
        {
        }

        public ValueTask OnEventAsync(SocketEventContext context, Func<ValueTask> next) => next();
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task A_filter_class_runs_around_connecting_and_events_with_the_services_of_the_call(bool isRegistered, bool forAll)
    {
        await using var node = await StartAsync(
            io =>
            {
                var builder = io.MapNamespace<TestNamespace>();
                if (forAll)
                {
                    io.UseConnect<Both>().UseEvents<Both>();
                }
                else
                {
                    builder.UseConnect<Both>().UseEvents<Both>();
                }
            },
            isRegistered);
        using var client = await RawClient.OpenAsync(node, "");
        await client.ReceiveAsync("42[\"welcome\"");

        await client.SendAsync("""421["add",1,2]""");
        Assert.Equal("431[300]", await client.ReceiveAsync("431"));
        await client.SendAsync("""422["add",1,2]""");
        Assert.Equal("432[300]", await client.ReceiveAsync("432"));

        // An instance for each call, disposed of after it, whoever has made it.
        await Until.TrueAsync(() => _journal.Lines.Count(line => line == "disposed") == 3, "the third is disposed of");
        Assert.Equal(
            ["before connecting", "after connecting", "connected nobody False", "before add", "before add"],
            _journal.Lines.Where(line => line != "disposed"));
        using var refused = await RawClient.OpenAsync(node, """{"shut":true}""");
        Assert.Contains("Shut.", await refused.ReceiveAsync("44"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_filter_class_that_cannot_be_made_fails_at_start_with_its_name()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            await using var node = await StartAsync(io => io.MapNamespace<TestNamespace>().UseEvents<Unusable>(), isRegistered: false);
        });

        Assert.Contains(typeof(Unusable).FullName!, error.Message, StringComparison.Ordinal);
    }

    private async Task<SocketIONode> StartAsync(Action<SocketIOBuilder> map, bool isRegistered) => await SocketIONode.StartAsync(
        map,
        services: services =>
        {
            services.AddSingleton(_journal).AddScoped<PerCall>();
            if (isRegistered)
            {
                services.AddScoped<Both>();
            }
        });
}
