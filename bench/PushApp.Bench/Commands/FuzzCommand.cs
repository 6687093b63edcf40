using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using PushApp.Bench.CommandLine;
using PushApp.Bench.Fuzz;

namespace PushApp.Bench.Commands;

/// <summary>Looks for bytes that the parsers of Socket.IO and Engine.IO do not bear, for as long as wished.</summary>
internal static class FuzzCommand
{
    private static readonly TimeSpan BetweenReports = TimeSpan.FromSeconds(30);

    public static BenchCommand Command { get; } = new(
        "fuzz",
        "Made-up and spoilt packets for the parsers of Socket.IO and Engine.IO, until one fails or the time is over.",
        [
            new("--minutes", "number", "How long. 1 to 100000. Default 10."),
            new("--seed", "number", "The seed of the cases. 0 to 2147483647. Default: a new one, which is printed."),
            new("--from", "number", "The first case. 0 to 2147483647. Default 0."),
            new("--cases", "number", "How many, before the time is over. 1 to 2147483647. Default: no end."),
        ],
        RunAsync);

    private static Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var time = TimeSpan.FromMinutes(arguments.Number("--minutes", 10, 1, 100_000));
        var seed = (ulong)arguments.Number("--seed", RandomNumberGenerator.GetInt32(int.MaxValue), 0, int.MaxValue);
        var from = (ulong)arguments.Number("--from", 0, 0, int.MaxValue);
        var most = (ulong)arguments.Number("--cases", int.MaxValue, 1, int.MaxValue);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Seed {seed}, for {time.TotalMinutes} minutes. Ctrl+C ends it."));
        var fuzzer = new Fuzzer(SocketIOTargets.All, new Mutator(SocketIOCorpus.Cases, SocketIOCorpus.Tokens), seed);
        var started = Stopwatch.GetTimestamp();
        var reported = TimeSpan.Zero;
        for (var iteration = from; Stopwatch.GetElapsedTime(started) < time && fuzzer.Cases < most && !cancellationToken.IsCancellationRequested; iteration++)
        {
            if (fuzzer.Run(iteration) is { } failure)
            {
                Console.Error.WriteLine(failure);
                return Task.FromResult(1);
            }

            var elapsed = Stopwatch.GetElapsedTime(started);
            if (elapsed - reported >= BetweenReports)
            {
                reported = elapsed;
                Report(fuzzer, elapsed);
            }
        }

        Report(fuzzer, Stopwatch.GetElapsedTime(started));
        return Task.FromResult(0);
    }

    private static void Report(Fuzzer fuzzer, TimeSpan elapsed) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{elapsed:hh\\:mm\\:ss} {fuzzer.Cases:N0} cases, {fuzzer.Cases / elapsed.TotalSeconds:N0} a second; {(double)fuzzer.Accepted / Math.Max(1, fuzzer.Cases):0.00} of each taken for packets"));
}
