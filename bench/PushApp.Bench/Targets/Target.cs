using PushApp.Bench.Load;

namespace PushApp.Bench.Targets;

/// <summary>A way to write events to browsers, that can be started as a server of its own. A peer is added by one more of these.</summary>
/// <param name="Name">What <c>--targets</c> calls it.</param>
/// <param name="Title">What the table calls it.</param>
/// <param name="StartAsync">Starts it with no connections.</param>
/// <param name="CreateLoad">Its clients.</param>
/// <param name="UsesBroker">Whether its events travel through the broker, so that it may have several nodes.</param>
/// <param name="Runtime">What it runs on.</param>
/// <param name="KeepsLog">Whether its events are kept by the broker until everybody has them.</param>
internal sealed record Target(
    string Name,
    string Title,
    Func<TargetSettings, CancellationToken, Task<RunningTarget>> StartAsync,
    Func<LoadSettings, StreamLoad> CreateLoad,
    bool UsesBroker = false,
    Runtime Runtime = Runtime.DotNet,
    bool KeepsLog = false);

/// <summary>What a server runs on.</summary>
internal enum Runtime
{
    DotNet,
    Native,
    Node,
}
