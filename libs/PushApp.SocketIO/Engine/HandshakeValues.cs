using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Primitives;

namespace PushApp.SocketIO.Engine;

/// <summary>
/// A few names and values that are kept as long as a session and seldom looked at: one array, where a dictionary takes three times the memory.
/// </summary>
internal sealed class HandshakeValues(KeyValuePair<string, StringValues>[] items, StringComparison comparison) : IReadOnlyDictionary<string, StringValues>
{
    public int Count => items.Length;

    public IEnumerable<string> Keys => items.Select(item => item.Key);

    public IEnumerable<StringValues> Values => items.Select(item => item.Value);

    public StringValues this[string key] => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException($"There is no '{key}' in the handshake.");

    public bool ContainsKey(string key) => TryGetValue(key, out _);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out StringValues value)
    {
        foreach (var item in items)
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

    public IEnumerator<KeyValuePair<string, StringValues>> GetEnumerator() => ((IEnumerable<KeyValuePair<string, StringValues>>)items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => items.GetEnumerator();
}
