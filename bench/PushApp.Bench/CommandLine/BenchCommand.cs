namespace PushApp.Bench.CommandLine;

/// <summary>A command of this program.</summary>
/// <param name="Name">The first word of the command line.</param>
/// <param name="Summary">One line for the help.</param>
/// <param name="Switches">What may follow.</param>
/// <param name="RunAsync">Does it; the result is the exit code.</param>
/// <param name="Internal">Started by other commands as a process of its own; not in the help's list.</param>
internal sealed record BenchCommand(
    string Name,
    string Summary,
    IReadOnlyList<Switch> Switches,
    Func<Arguments, CancellationToken, Task<int>> RunAsync,
    bool Internal = false);
