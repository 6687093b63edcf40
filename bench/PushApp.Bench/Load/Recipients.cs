using System.Globalization;

namespace PushApp.Bench.Load;

/// <summary>
/// Whom each event is for, where every connection is a user of its own: one user at random, the same for whoever publishes and whoever verifies, by the event's number alone.
/// Node/recipients.mjs chooses the same.
/// </summary>
/// <param name="users">How many there are. At least 1.</param>
internal sealed class Recipients(int users)
{
    /// <summary>The query parameter by which a client says who it is; these servers are on loopback and believe it.</summary>
    public const string Parameter = "user";

    /// <summary>The number of an event's user, from 0.</summary>
    public int Of(long sequence)
    {
        // MurmurHash3's finalizer: neighbours fall far apart.
        var hash = (uint)sequence;
        hash = (hash ^ (hash >> 16)) * 0x85ebca6b;
        hash = (hash ^ (hash >> 13)) * 0xc2b2ae35;
        return (int)((hash ^ (hash >> 16)) % (uint)users);
    }

    /// <summary>The name of an event's user.</summary>
    public string NameOf(long sequence) => Name(Of(sequence));

    public static string Name(int user) => string.Create(CultureInfo.InvariantCulture, $"user{user}");
}
