using PushApp.Bench.CommandLine;
using PushApp.Bench.Commands;
using PushApp.Bench.Targets;

BenchCommand[] comparisons =
[
    .. new[] { Suite.Sse, Suite.Sockets }.SelectMany(suite => new[]
    {
        DeliveryCommand.For(suite, DeliveryPlan.Main), DeliveryCommand.For(suite, DeliveryPlan.PayloadSizes), DeliveryCommand.For(suite, DeliveryPlan.NodeCounts),
        IdleCommand.For(suite), LatencyCommand.For(suite), LatencyCommand.WithDeafFor(suite), StormCommand.For(suite), RestartCommand.For(suite),
    }),
    DeliveryCommand.For(Suite.Polling, DeliveryPlan.OfRequests), UsersCommand.Command, PublishCommand.Command, RequestsCommand.Command,
];
BenchCommand[] commands = [TableCommand.For(comparisons), .. comparisons, HubCommand.Command, EnduranceCommand.Command, ImportCommand.Command, FuzzCommand.Command, ServeCommand.Command];

if (args is ["--help" or "-h" or "help"])
{
    Help.Write(Console.Out, commands);
    return 0;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, press) =>
{
    press.Cancel = true;
    stop.Cancel();
};

try
{
    // Switches alone mean the first command.
    var named = args.Length > 0 && !args[0].StartsWith('-');
    var command = named ? commands.FirstOrDefault(candidate => candidate.Name == args[0]) : commands[0];
    if (command is null)
    {
        throw new UsageException($"There is no command '{args[0]}'. There are: {string.Join(", ", commands.Where(known => !known.Internal).Select(known => known.Name))}. See --help.");
    }

    var rest = named ? args[1..] : args;
    if (rest.Contains("--help") || rest.Contains("-h"))
    {
        Help.Write(Console.Out, command);
        return 0;
    }

    return await command.RunAsync(Arguments.Parse(command, rest), stop.Token);
}
catch (UsageException exception)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return 2;
}
catch (BenchFailureException exception)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return 1;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    await Console.Error.WriteLineAsync("Stopped.");
    return 130;
}
