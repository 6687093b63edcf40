using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PushApp.SocketIO;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.SocketIO;

/// <summary>What cannot work is told at start, by name.</summary>
public sealed class NamespaceMappingTests(SocketIOClientsFixture fixture) : IClassFixture<SocketIOClientsFixture>
{
    internal sealed class Twice : SocketNamespace
    {
        public static void Say()
        {
        }

        [SocketEvent("say")]
        public static void Tell()
        {
        }
    }

    internal sealed class Unusable : SocketNamespace
    {
        [SocketEvent("disconnect")]
        public static void Reserved()
        {
        }

        public static void ByReference(ref int value) => value++;

        public static T? Generic<T>() => default;

        public static void Between(SocketArguments rest, int last) => _ = (rest, last);
    }

    internal sealed class NoArguments : SocketNamespace
    {
        public static void Callback(string text, Action<string> answer) => _ = (text, answer);

        public static void Upload(Stream body) => _ = body;

        public static void Logged(string text, ILogger<NoArguments> log) => _ = (text, log);

        public static async IAsyncEnumerable<int> Count()
        {
            await Task.Yield();
            yield return 1;
        }

        // Lists and services that say so are none of these.
        public static void Fine(IEnumerable<string> rooms, [FromServices] ILogger<NoArguments> log) => _ = (rooms, log);
    }

    internal interface INobody;

    internal sealed class Needy(INobody nobody) : SocketNamespace
    {
        public object Nobody => nobody;
    }

    internal sealed class NeedyFilter(INobody nobody) : ISocketEventFilter
    {
        public ValueTask OnEventAsync(SocketEventContext context, Func<ValueTask> next) => nobody is null ? default : next();
    }

    [SocketNamespace("/named")]
    internal sealed class Named : SocketNamespace
    {
        public static string Where() => "named";
    }

    internal abstract class Abstract : SocketNamespace;

    internal sealed class Plain : SocketNamespace;

    [Theory]
    [InlineData(typeof(Twice), "Twice.Say", "Twice.Tell", "'say'")]
    [InlineData(typeof(Unusable), "Unusable.Reserved", "Unusable.ByReference", "Unusable.Generic", "Unusable.Between")]
    public void Unusable_methods_fail_at_start_with_their_names(Type type, params string[] names)
    {
        var error = Assert.Throws<InvalidOperationException>(() => EventCompiler.Compile(type));
        Assert.All(names, name => Assert.Contains(name, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Duplicates_and_all_other_faults_are_told_together()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => SocketIONode.StartAsync(io =>
        {
            io.MapNamespace<Plain>("/a");
            io.MapNamespace<Plain>("/a");
            io.MapNamespace<Abstract>("/b");
            io.MapNamespace<Plain>("c");
        }));

        Assert.All(["'/a' is mapped twice", nameof(Abstract), "'c' is no namespace's name"], text => Assert.Contains(text, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_no_client_could_call_or_nobody_could_make_fails_at_start()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => SocketIONode.StartAsync(io =>
        {
            io.MapNamespace<NoArguments>("/arguments");
            io.MapNamespace<Needy>("/needy");
            io.MapNamespace<Plain>("/closed").RequireAuthorization("nosuch");
        }));

        Assert.All(
            ["NoArguments.Callback", "by what the method returns", "NoArguments.Upload", "take byte[]", "NoArguments.Logged", "[FromServices]", "NoArguments.Count", "'/needy', cannot be constructed", "INobody 'nobody'", "'/closed', asks for authorization"],
            text => Assert.Contains(text, error.Message, StringComparison.Ordinal));
        Assert.DoesNotContain("NoArguments.Fine", error.Message, StringComparison.Ordinal);

        var filter = await Assert.ThrowsAsync<InvalidOperationException>(() => SocketIONode.StartAsync(io => io.MapNamespace<Plain>().UseEvents<NeedyFilter>()));
        Assert.Contains("NeedyFilter cannot be a filter: its constructor takes INobody", filter.Message, StringComparison.Ordinal);

        var policy = await Assert.ThrowsAsync<InvalidOperationException>(() => SocketIONode.StartAsync(
            io => io.MapNamespace<Plain>().RequireAuthorization("nosuch"), services: services => services.AddAuthorization()));
        Assert.Contains("there is no policy 'nosuch'", policy.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_class_goes_by_the_name_that_it_gives_itself()
    {
        await using var node = await SocketIONode.StartAsync(io => io.MapNamespace<Named>());
        var client = await (await fixture.GetAsync()).OpenAsync(node.Address, @namespace: "/named");
        Assert.Equal("named", (string)(await client.AskAsync("where"))[0]!);
    }

    [Fact]
    public async Task Recovery_without_channels_fails_at_start_and_says_what_to_do()
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(() => SocketIONode.StartAsync(io => io.MapNamespace<Plain>(), options: options => options.Recovery.Enabled = true));

        Assert.Contains("SocketIO:Recovery:Enabled", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("AddPush", error.ToString(), StringComparison.Ordinal);
    }
}
