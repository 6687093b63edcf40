using PushApp.Bench.CommandLine;
using PushApp.Bench.Targets;

namespace PushApp.Bench.Commands;

/// <summary>What docs/performance.md shows of servers beside each other, in one run.</summary>
internal static class TableCommand
{
    /// <param name="comparisons">Every command that holds servers beside each other, in the order of the page.</param>
    public static BenchCommand For(IReadOnlyList<BenchCommand> comparisons) => new(
        "table",
        "All of the following up to requests, one after the other: some five hours; with --quick the two main tables, in under five minutes.",
        [
            CommonSwitches.Broker, new("--quick", null, "sse and sockets alone, with 1,000 and 5,000 connections and one short round."), CommonSwitches.Output, CommonSwitches.NoOutput,
        ],
        async (given, cancellationToken) =>
        {
            var isQuick = given.Has("--quick");
            var arguments = isQuick ? given.WithDefaults(("--rounds", "1")) : given;
            foreach (var command in comparisons.Where(command => !isQuick || command.Name == Suite.Sse.Name || command.Name == Suite.Sockets.Name))
            {
                _ = await command.RunAsync(arguments, cancellationToken);
            }

            return 0;
        });
}
