namespace PushApp.Bench.Fuzz;

/// <summary>Gives made-up cases to targets until one of them fails. A case is made of the seed and its number alone, so that one that failed is made again by these two.</summary>
internal sealed class Fuzzer(IReadOnlyList<FuzzTarget> targets, Mutator mutator, ulong seed)
{
    // What a target may allocate for a case: parsing, writing and reading again; every byte could be a packet, which is an object. Found by running it, and doubled.
    private const long BytesForEachByte = 2000;
    private const long BytesForEachCase = 256 * 1024;

    /// <summary>Cases so far.</summary>
    public ulong Cases { get; private set; }

    /// <summary>How many of them were taken for packets, of all targets: a run that finds none tests nothing.</summary>
    public ulong Accepted { get; private set; }

    /// <summary>Runs a case on every target.</summary>
    public FuzzFailure? Run(ulong iteration)
    {
        var made = mutator.Make(new SeededRandom(seed, iteration));
        foreach (var target in targets)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                Accepted += target.Run(made) ? 1UL : 0;
            }
            catch (Exception error)
            {
                // Whatever it is: that is what is looked for.
                return new FuzzFailure(target, seed, iteration, made, error);
            }

            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (allocated > BytesForEachCase + (made.Length * BytesForEachByte))
            {
                return new FuzzFailure(target, seed, iteration, made, new FuzzViolationException($"it allocated {allocated:N0} bytes for {made.Length:N0}"));
            }
        }

        Cases++;
        return null;
    }
}
