using PushApp.SocketIO;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.SocketIO;

/// <summary>What cannot work is told at start, by name.</summary>
public sealed class NamespaceMappingTests
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
    public async Task Recovery_without_channels_fails_at_start_and_says_what_to_do()
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(() => SocketIONode.StartAsync(io => io.MapNamespace<Plain>(), options: options => options.Recovery.Enabled = true));

        Assert.Contains("SocketIO:Recovery:Enabled", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("AddPush", error.ToString(), StringComparison.Ordinal);
    }
}
