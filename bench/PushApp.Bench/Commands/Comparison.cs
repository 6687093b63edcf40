using PushApp.Bench.CommandLine;
using PushApp.Bench.Report;
using PushApp.Bench.Targets;

namespace PushApp.Bench.Commands;

/// <summary>The frame of every command that holds servers beside each other: who takes part, rounds in which they take turns, and one section of the document.</summary>
internal sealed class Comparison : IDisposable
{
    private readonly Arguments _arguments;

    private Comparison(Arguments arguments, Suite suite, IReadOnlyList<Target> targets, int rounds, TargetSettings settings)
    {
        _arguments = arguments;
        Suite = suite;
        Targets = targets;
        Rounds = rounds;
        Settings = settings;
    }

    public Suite Suite { get; }

    public IReadOnlyList<Target> Targets { get; }

    public int Rounds { get; }

    public TargetSettings Settings { get; }

    /// <summary>Reads who takes part, and moves this process to the load's core.</summary>
    /// <param name="suite">The servers to choose from.</param>
    /// <param name="arguments">The command's switches.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="payloadSize">Bytes of an event's data; null to read it from the switches.</param>
    /// <param name="defaultRounds">Rounds where the switches do not say.</param>
    /// <param name="takesPart">Which servers can do what is measured; null for all.</param>
    public static async Task<Comparison> BeginAsync(
        Suite suite, Arguments arguments, CancellationToken cancellationToken, int? payloadSize = null, int defaultRounds = 5, Func<Target, bool>? takesPart = null)
    {
        IReadOnlyList<Target> targets = [.. CommonSwitches.ReadTargets(suite, arguments).Where(takesPart ?? (static _ => true))];
        if (targets.Count == 0)
        {
            throw new UsageException("None of these servers can do what this command measures; leave --targets out, or choose others.");
        }

        var rounds = arguments.Number("--rounds", defaultRounds, 1, 50);
        return new Comparison(
            arguments, suite, targets, rounds, await CommonSwitches.PinAsync(arguments, payloadSize ?? CommonSwitches.ReadPayload(arguments), targets, cancellationToken));
    }

    /// <summary>Measures each server in each case, once a round.</summary>
    /// <param name="cases">In their order; within each, the servers take turns.</param>
    /// <param name="measure">Measures one server in one case.</param>
    /// <param name="describe">A line about it.</param>
    /// <param name="applies">Whether a server has this case; null for all.</param>
    public Task<Dictionary<(Target Target, TCase Case), IReadOnlyList<TSample>>> MeasureAsync<TCase, TSample>(
        IReadOnlyList<TCase> cases, Func<Target, TCase, Task<TSample>> measure, Func<TCase, TSample, string> describe, Func<Target, TCase, bool>? applies = null) =>
        Measuring.Rounds.RunAsync<(Target Target, TCase Case), TSample>(
            Rounds,
            [.. cases.SelectMany(item => Targets.Where(target => applies?.Invoke(target, item) ?? true).Select(target => (target, item)))],
            pair => measure(pair.Target, pair.Case),
            (pair, sample) => $"{pair.Target.Name,-26} {describe(pair.Case, sample)}");

    /// <summary>Prints what came out, and writes it to its section.</summary>
    /// <param name="name">The command; its section in the document too.</param>
    /// <param name="introduction">What was measured; the rounds are said by this.</param>
    /// <param name="switches">The command's own switches, which make the same choice again.</param>
    /// <param name="tables">One table or several.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task WriteAsync(string name, string introduction, string switches, string tables, CancellationToken cancellationToken) => CommonSwitches.WriteSection(
        _arguments,
        name,
        $"{introduction} Medians of {Rounds} interleaved round{(Rounds == 1 ? "" : "s")}, each with processes of its own.",
        await MachineFacts.DescribeAsync(Targets, Settings, cancellationToken),
        $"{switches} --rounds {Rounds} {Settings.Switches(Targets)}",
        tables);

    public void Dispose() => Settings.Floor?.Dispose();
}
