namespace PushApp.Bench.Measuring;

/// <summary>Rounds in which all cases take turns, so that what the machine does beside them falls on all alike.</summary>
internal static class Rounds
{
    /// <summary>Measures every case once a round.</summary>
    /// <param name="rounds">How many rounds.</param>
    /// <param name="cases">In their order.</param>
    /// <param name="measure">Measures one.</param>
    /// <param name="describe">A line about it, for who watches.</param>
    /// <returns>For each case, its samples.</returns>
    public static async Task<Dictionary<TCase, IReadOnlyList<TSample>>> RunAsync<TCase, TSample>(
        int rounds, IReadOnlyList<TCase> cases, Func<TCase, Task<TSample>> measure, Func<TCase, TSample, string> describe)
        where TCase : notnull
    {
        var samples = cases.ToDictionary(item => item, _ => new List<TSample>());
        for (var round = 1; round <= rounds; round++)
        {
            foreach (var item in cases)
            {
                var sample = await measure(item);
                samples[item].Add(sample);
                Console.WriteLine($"round {round}/{rounds}  {describe(item, sample)}");
            }
        }

        return samples.ToDictionary(pair => pair.Key, pair => (IReadOnlyList<TSample>)pair.Value);
    }
}
