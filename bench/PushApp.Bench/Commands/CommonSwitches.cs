using PushApp.Bench.CommandLine;
using PushApp.Bench.Native;
using PushApp.Bench.Processes;
using PushApp.Bench.Targets;

namespace PushApp.Bench.Commands;

/// <summary>Switches that several commands have, and what they come to.</summary>
internal static class CommonSwitches
{
    private static readonly string[] BrokerNames = ["garnet", "redis"];

    public static Switch Targets(Suite suite) =>
        new("--targets", "names", $"What to measure, separated by commas: {string.Join(", ", suite.Targets.Select(target => target.Name))}. Default all.");

    public static Switch Rounds { get; } = new("--rounds", "number", "Rounds, interleaved; medians are shown. 1 to 50. Default 5.");

    public static Switch Payload { get; } = new("--payload", "bytes", "Data of an event. 12 to 65536. Default 120.");

    public static Switch WarmUp { get; } = new("--warm-up", "number", "Seconds before each measurement. 1 to 60. Default 2.");

    /// <summary>What every comparison of servers has.</summary>
    public static IEnumerable<Switch> OfComparison(Suite suite) => [Targets(suite), Rounds, Broker, Quick, Output, NoOutput];

    public static Switch Broker { get; } = new("--broker", "name", "garnet (local/PushApp.Broker) or redis (redis-server on PATH). Default garnet.");

    public static Switch Output { get; } = new("--output", "file", "The Markdown file to write. Default docs/performance.md of this repository.");

    public static Switch NoOutput { get; } = new("--no-output", null, "Only print; write no file.");

    public static Switch Quick { get; } = new("--quick", null, "Fewer and shorter rounds, and where they are varied fewer connections.");

    public static BrokerKind ReadBroker(Arguments arguments) =>
        arguments.Names("--broker", ["garnet"], BrokerNames) switch
        {
            ["garnet"] => BrokerKind.Garnet,
            ["redis"] => BrokerKind.Redis,
            _ => throw new UsageException("--broker takes one name: garnet or redis."),
        };

    public static int ReadPayload(Arguments arguments) => arguments.Number("--payload", 120, Load.Payload.MinSize, Load.Payload.MaxSize);

    public static TimeSpan ReadSeconds(Arguments arguments, string name, int fallback, int max = 60) => TimeSpan.FromSeconds(arguments.Number(name, fallback, 1, max));

    /// <summary>The chosen targets; where none are chosen, those for which everything is installed, with a word about the others.</summary>
    public static IReadOnlyList<Target> ReadTargets(Suite suite, Arguments arguments)
    {
        var known = suite.Targets.Select(target => target.Name).ToArray();
        if (arguments.Has("--targets"))
        {
            var names = arguments.Names("--targets", known, known);
            return [.. suite.Targets.Where(target => names.Contains(target.Name))];
        }

        (string Name, bool IsThere, string Missing)[] needs =
        [
            (SseTargets.FloorName, FloorProgram.CanCompile, "No C compiler (cc, gcc or clang) on PATH: the floor is left out."),
            (SseTargets.NchanName, NchanServer.IsInstalled, "Nchan is not installed (apt-get install nginx-light libnginx-mod-nchan): it is left out."),
            (SseTargets.PushpinName, PushpinServer.IsInstalled, "Pushpin is not installed (apt-get install pushpin): it is left out."),
        ];
        foreach (var need in needs.Where(need => !need.IsThere && known.Contains(need.Name)))
        {
            Console.Error.WriteLine(need.Missing);
        }

        return [.. suite.Targets.Where(target => !needs.Any(need => need.Name == target.Name && !need.IsThere))];
    }

    /// <summary>Moves this process to the load's core and returns the settings for servers on the other.</summary>
    public static async Task<TargetSettings> PinAsync(Arguments arguments, int payloadSize, IReadOnlyList<Target> targets, CancellationToken cancellationToken)
    {
        var cores = CpuAffinity.Available;
        if (cores.Count < 2)
        {
            throw new BenchFailureException("Measuring needs two cores: one for the server alone and one for the load. This process may use one only.");
        }

        var floor = targets.Any(target => target.Name == SseTargets.FloorName) ? await FloorProgram.CompileAsync(cancellationToken) : null;
        CpuAffinity.PinThisProcess(cores[^1]);
        return new TargetSettings([.. cores.SkipLast(1)], cores[^1], payloadSize, ReadBroker(arguments), floor);
    }

    /// <summary>Prints a section of docs/performance.md, and writes it there.</summary>
    /// <param name="arguments">Where to, if anywhere.</param>
    /// <param name="name">The command, and the section.</param>
    /// <param name="introduction">What was measured.</param>
    /// <param name="facts">On what.</param>
    /// <param name="switches">What makes the same choice again.</param>
    /// <param name="tables">What came out.</param>
    public static void WriteSection(Arguments arguments, string name, string introduction, string facts, string switches, string tables)
    {
        var text = $"""
            {introduction}

            {facts}

                dotnet run -c Release --project bench/PushApp.Bench -- {name} {switches}

            {tables}
            """;
        Console.WriteLine();
        Console.WriteLine(text);
        WriteDocument(arguments, "performance.md", "Performance", name, text);
    }

    public static void WriteDocument(Arguments arguments, string defaultName, string title, string section, string text)
    {
        if (!arguments.Has("--no-output"))
        {
            var file = arguments.Text("--output") ?? Report.Document.DocsFile(defaultName);
            Report.Document.Write(file, title, section, text);
            Console.WriteLine($"Written to {Path.GetRelativePath(Directory.GetCurrentDirectory(), file)}.");
        }
    }
}
