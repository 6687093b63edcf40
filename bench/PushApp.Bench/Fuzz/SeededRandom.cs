namespace PushApp.Bench.Fuzz;

/// <summary>
/// SplitMix64 (https://prng.di.unimi.it/splitmix64.c): the same numbers for the same seed on every machine and runtime, and a start anywhere, so that one case out of millions can be made again.
/// </summary>
internal sealed class SeededRandom(ulong seed, ulong iteration)
{
    private ulong _state = Mix(seed) ^ Mix(iteration + 0x9E3779B97F4A7C15);

    public ulong Next() => Mix(_state += 0x9E3779B97F4A7C15);

    /// <summary>From 0 to less than the bound, which is at least 1.</summary>
    public int Below(int bound) => (int)(Next() % (uint)bound);

    public bool OneIn(int chances) => Below(chances) == 0;

    public T Of<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
