namespace PushApp.Bench.CommandLine;

/// <summary>What <c>--help</c> prints.</summary>
internal static class Help
{
    public static void Write(TextWriter output, IReadOnlyList<BenchCommand> commands)
    {
        output.WriteLine("Measures PushApp beside its peers, over the wire and on loopback only.");
        output.WriteLine();
        output.WriteLine("  dotnet run -c Release --project bench/PushApp.Bench -- [command] [switches]");
        output.WriteLine();
        foreach (var command in commands.Where(candidate => !candidate.Internal))
        {
            output.WriteLine($"  {command.Name,-18} {command.Summary}");
        }

        output.WriteLine();
        output.WriteLine("Without a command: table. '<command> --help' lists its switches.");
    }

    public static void Write(TextWriter output, BenchCommand command)
    {
        output.WriteLine($"{command.Name}: {command.Summary}");
        output.WriteLine();
        foreach (var item in command.Switches)
        {
            var left = item.Value is null ? item.Name : $"{item.Name} <{item.Value}>";
            output.WriteLine($"  {left,-26} {item.Description}");
        }
    }
}
