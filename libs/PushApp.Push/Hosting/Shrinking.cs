namespace PushApp.Push;

/// <summary>
/// Gives back what collections have grown to in a storm, as they empty: to be called after removing, or before clearing what was used. Whoever falls below a quarter of the room gets room for twice what is there, so that neither
/// growing nor shrinking costs more than a constant for each element.
/// </summary>
internal static class Shrinking
{
    /// <summary>Elements that are not worth giving back.</summary>
    public const int Least = 64;

    public static void Shrink<T>(this List<T> list)
    {
        if (list.Capacity > Least && list.Count < list.Capacity / 4)
        {
            list.Capacity = Math.Max(Least, list.Count * 2);
        }
    }

    public static void Shrink<T>(this Queue<T> queue)
    {
        if (queue.Capacity > Least && queue.Count < queue.Capacity / 4)
        {
            queue.TrimExcess(Math.Max(Least, queue.Count * 2));
        }
    }

    public static void Shrink<TKey, TValue>(this Dictionary<TKey, TValue> dictionary)
        where TKey : notnull
    {
        if (dictionary.Capacity > Least * 2 && dictionary.Count < dictionary.Capacity / 4)
        {
            dictionary.TrimExcess(Math.Max(Least, dictionary.Count * 2));
        }
    }

    public static void Shrink<T>(this HashSet<T> set)
    {
        if (set.Capacity > Least * 2 && set.Count < set.Capacity / 4)
        {
            set.TrimExcess(Math.Max(Least, set.Count * 2));
        }
    }
}
