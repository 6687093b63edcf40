using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Primitives;

namespace PushApp.SocketIO.Engine;

/// <summary>
/// A few names and values that are kept as long as a session and seldom looked at: one array, where a dictionary takes three times the memory.
/// </summary>
internal sealed class HandshakeValues(KeyValuePair<string, StringValues>[] items, StringComparison comparison) : IReadOnlyDictionary<string, StringValues>
{
    private readonly KeyValuePair<string, StringValues>[] _items = items;

    /// <summary>These values; where those made last are the same, those very ones, as many clients say the same one after the other.</summary>
    public HandshakeValues Or(ref HandshakeValues? last)
    {
        if (Volatile.Read(ref last) is { } known && IsSame(known))
        {
            return known;
        }

        Volatile.Write(ref last, this);
        return this;
    }

    public int Count => _items.Length;

    public IEnumerable<string> Keys => _items.Select(item => item.Key);

    public IEnumerable<StringValues> Values => _items.Select(item => item.Value);

    public StringValues this[string key] => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException($"There is no '{key}' in the handshake.");

    public bool ContainsKey(string key) => TryGetValue(key, out _);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out StringValues value)
    {
        foreach (var item in _items)
        {
            if (string.Equals(item.Key, key, comparison))
            {
                value = item.Value;
                return true;
            }
        }

        value = default;
        return false;
    }

    public IEnumerator<KeyValuePair<string, StringValues>> GetEnumerator() => ((IEnumerable<KeyValuePair<string, StringValues>>)_items).GetEnumerator();

    // Pooled texts are the very same; any other is this client's own.
    private bool IsSame(HandshakeValues other)
    {
        var (mine, theirs) = (_items, other._items);
        if (mine.Length != theirs.Length)
        {
            return false;
        }

        for (var i = 0; i < mine.Length; i++)
        {
            if (!ReferenceEquals(mine[i].Key, theirs[i].Key) || mine[i].Value is not [{ } value] || theirs[i].Value is not [{ } known] || !ReferenceEquals(value, known))
            {
                return false;
            }
        }

        return true;
    }

    IEnumerator IEnumerable.GetEnumerator() => _items.GetEnumerator();
}
