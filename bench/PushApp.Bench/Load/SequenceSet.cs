namespace PushApp.Bench.Load;

/// <summary>Which of the numbers from 1 have come, in whatever order. Not thread-safe.</summary>
internal sealed class SequenceSet
{
    private bool[] _seen = new bool[1024];

    /// <summary>How many different ones have come.</summary>
    public long Count { get; private set; }

    /// <summary>Notes that a number has come; false where it had before, or is none.</summary>
    public bool Add(long sequence)
    {
        if (sequence < 1 || sequence > Array.MaxLength)
        {
            return false;
        }

        if (sequence > _seen.Length)
        {
            Array.Resize(ref _seen, (int)Math.Min(Array.MaxLength, Math.Max(sequence, 2L * _seen.Length)));
        }

        ref var seen = ref _seen[sequence - 1];
        if (seen)
        {
            return false;
        }

        seen = true;
        Count++;
        return true;
    }
}
