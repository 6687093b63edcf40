using System.Text;

namespace PushApp.Bench.Fuzz;

/// <summary>One message of a client: a frame, or the body of a request.</summary>
internal readonly record struct FuzzMessage(byte[] Bytes, bool IsBinary)
{
    public static FuzzMessage Text(string text) => new(Encoding.UTF8.GetBytes(text), IsBinary: false);
}

/// <summary>What a parser is given: messages one after the other, as one connection brings them.</summary>
internal sealed record FuzzCase(IReadOnlyList<FuzzMessage> Messages)
{
    public long Length => Messages.Sum(message => (long)message.Bytes.Length);

    public override string ToString() => string.Join(Environment.NewLine, Messages.Select(message =>
        $"  {(message.IsBinary ? "binary" : "text  ")} {Convert.ToBase64String(message.Bytes)}   {Printable(message.Bytes)}"));

    private static string Printable(byte[] bytes) => new([.. Encoding.UTF8.GetString(bytes).Take(200).Select(character => char.IsControl(character) ? '·' : character)]);
}

/// <summary>A parser did what it must not.</summary>
internal sealed class FuzzViolationException(string message) : Exception(message);

/// <summary>A parser and what has to hold for it, whatever it is given: it throws a <see cref="FuzzViolationException"/> or lets an exception of the parser's pass.</summary>
/// <param name="Name">What it is called in the output.</param>
/// <param name="Run">Gives it a case. True: it took it for packets.</param>
internal sealed record FuzzTarget(string Name, Func<FuzzCase, bool> Run);

/// <summary>A case that a target did not bear.</summary>
internal sealed record FuzzFailure(FuzzTarget Target, ulong Seed, ulong Iteration, FuzzCase Case, Exception Error)
{
    public override string ToString() =>
        $"{Target.Name} failed at case {Iteration} of seed {Seed}. Again: fuzz --seed {Seed} --from {Iteration} --cases 1{Environment.NewLine}{Case}{Environment.NewLine}{Error}";
}
