using PushApp.Bench.CommandLine;

namespace PushApp.Tests.Unit.Bench;

public sealed class ArgumentsTests
{
    private static readonly BenchCommand Command = new(
        "measure", "", [new Switch("--rounds", "number", ""), new Switch("--sizes", "numbers", ""), new Switch("--quick", null, "")], (_, _) => Task.FromResult(0));

    [Fact]
    public void Switches_are_read_in_both_forms_and_what_is_missing_has_its_default()
    {
        var arguments = Arguments.Parse(Command, ["--rounds", "3", "--sizes=64,120", "--quick"]).WithDefaults(("--rounds", "9"));

        Assert.Equal(3, arguments.Number("--rounds", 5, 1, 50));
        Assert.Equal([64, 120], arguments.Numbers("--sizes", [1], 12, 1000));
        Assert.True(arguments.Has("--quick"));
        Assert.Equal(9, Arguments.Parse(Command, []).WithDefaults(("--rounds", "9")).Number("--rounds", 5, 1, 50));
        Assert.Equal([1], Arguments.Parse(Command, []).Numbers("--sizes", [1], 12, 1000));
    }

    [Theory]
    [InlineData("--rounds", "0")]
    [InlineData("--rounds", "51")]
    [InlineData("--rounds", "many")]
    public void A_value_out_of_its_bounds_is_refused_by_name(string name, string value)
    {
        var error = Assert.Throws<UsageException>(() => Arguments.Parse(Command, [name, value]).Number(name, 5, 1, 50));
        Assert.StartsWith(name, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--unknown")]
    [InlineData("--rounds")]
    [InlineData("--quick=yes")]
    [InlineData("--quick", "--quick")]
    public void A_line_that_cannot_be_understood_is_refused(params string[] line) =>
        Assert.Throws<UsageException>(() => Arguments.Parse(Command, line));
}
