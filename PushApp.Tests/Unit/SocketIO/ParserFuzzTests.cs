using PushApp.Bench.Fuzz;

namespace PushApp.Tests.Unit.SocketIO;

/// <summary>The fuzzer of both parsers (bench/PushApp.Bench/Fuzz), which its command runs for hours, here for a moment and always with the same cases.</summary>
public sealed class ParserFuzzTests
{
    private static readonly Mutator Mutator = new(SocketIOCorpus.Cases, SocketIOCorpus.Tokens);

    [Fact]
    public void The_parsers_bear_spoilt_packets()
    {
        var fuzzer = new Fuzzer(SocketIOTargets.All, Mutator, seed: 20120707);
        for (var iteration = 0UL; iteration < 20_000; iteration++)
        {
            Assert.Null(fuzzer.Run(iteration)?.ToString());
        }

        // A run whose cases are all refused at their first byte would find nothing.
        Assert.InRange(fuzzer.Accepted / (double)fuzzer.Cases, 0.3, 6);
    }

    [Theory]
    [InlineData("an exception")]
    [InlineData("too much memory")]
    public void A_parser_that_fails_is_found_and_its_case_is_made_again_by_seed_and_number(string how)
    {
        var target = new FuzzTarget("a bad parser", input =>
        {
            if (input.Messages.Any(message => message.Bytes.AsSpan().IndexOf((byte)0xFF) >= 0))
            {
                return how == "an exception" ? throw new InvalidOperationException("0xFF") : new byte[50_000_000].Length == 0;
            }

            return false;
        });
        var fuzzer = new Fuzzer([target], Mutator, seed: 7);
        FuzzFailure? failure = null;
        for (var iteration = 0UL; failure is null; iteration++)
        {
            failure = fuzzer.Run(iteration);
        }

        Assert.Contains($"--seed 7 --from {failure.Iteration}", failure.ToString(), StringComparison.Ordinal);
        var again = new Fuzzer([target], Mutator, seed: 7).Run(failure.Iteration);
        Assert.Equal(failure.Case.ToString(), again!.Case.ToString());
    }
}
