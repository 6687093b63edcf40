using PushApp.Bench.CommandLine;

namespace PushApp.Bench.Commands;

/// <summary>Everything that docs/performance.md shows, in one run.</summary>
internal static class TableCommand
{
    public static BenchCommand Command { get; } = new(
        "table",
        "sse, then idle: all that docs/performance.md shows.",
        [CommonSwitches.Targets, CommonSwitches.Broker, CommonSwitches.Quick, CommonSwitches.Output, CommonSwitches.NoOutput],
        async (arguments, cancellationToken) =>
        {
            await SseCommand.RunAsync(arguments, cancellationToken);
            return await IdleCommand.RunAsync(arguments, cancellationToken);
        });
}
