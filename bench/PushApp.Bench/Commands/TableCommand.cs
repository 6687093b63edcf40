using PushApp.Bench.CommandLine;
using PushApp.Bench.Targets;

namespace PushApp.Bench.Commands;

/// <summary>Everything that docs/performance.md shows, in one run.</summary>
internal static class TableCommand
{
    public static BenchCommand Command { get; } = new(
        "table",
        "sse, idle, sockets, sockets-idle: all that docs/performance.md shows.",
        [CommonSwitches.Broker, CommonSwitches.Quick, CommonSwitches.Output, CommonSwitches.NoOutput],
        async (arguments, cancellationToken) =>
        {
            foreach (var suite in (Suite[])[Suite.Sse, Suite.Sockets])
            {
                await DeliveryCommand.RunAsync(suite, DeliveryPlan.Main, arguments, cancellationToken);
                await IdleCommand.RunAsync(suite, arguments, cancellationToken);
            }

            return 0;
        });
}
