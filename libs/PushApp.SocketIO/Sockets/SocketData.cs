using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace PushApp.SocketIO;

/// <summary>
/// Values that belong to one socket: its user's nickname, what it has subscribed to. Seen from other nodes (<see cref="RemoteSocket.GetData{T}"/>), and there again after a recovery; kept
/// as JSON. What cannot be JSON goes into <see cref="Socket.Items"/>. Changes are written through when the event's handler has ended, before its acknowledgement. Thread-safe.
/// </summary>
public sealed class SocketData
{
    private readonly object _lock;
    private readonly JsonSerializerOptions _json;
    private readonly int _maxBytes;
    private long _bytes;
    private Dictionary<string, JsonElement>? _values;
    private bool _isDirty;

    internal SocketData(object @lock, JsonSerializerOptions json, int maxBytes)
    {
        _lock = @lock;
        _json = json;
        _maxBytes = maxBytes;
    }

    /// <summary>A value that was set; default for none.</summary>
    /// <exception cref="JsonException">It is nothing of that type.</exception>
    public T? Get<T>(string key)
    {
        JsonElement value = default;
        lock (_lock)
        {
            if (_values?.TryGetValue(key, out value) != true)
            {
                return default;
            }
        }

        return value.Deserialize<T>(_json);
    }

    /// <summary>Sets a value; null removes it.</summary>
    /// <exception cref="InvalidOperationException">All values together would have more than <see cref="SocketIOOptions.MaxDataBytes"/> bytes.</exception>
    [SuppressMessage("Naming", "CA1716", Justification = "The word for it in .NET.")]
    public void Set<T>(string key, T value)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        JsonElement? element = value is null ? null : JsonSerializer.SerializeToElement(value, _json);
        lock (_lock)
        {
            var bytes = _bytes - SizeOf(key) + (element is { } added ? key.Length + added.GetRawText().Length : 0);
            if (bytes > _maxBytes)
            {
                throw new InvalidOperationException(
                    $"A socket's data has at most {_maxBytes} bytes (SocketIO:MaxDataBytes); with '{key}' it would have {bytes}. Keep a reference in it to what is stored elsewhere.");
            }

            _bytes = bytes;
            _isDirty = true;
            if (element is { } present)
            {
                (_values ??= new Dictionary<string, JsonElement>(StringComparer.Ordinal))[key] = present;
            }
            else
            {
                _values?.Remove(key);
            }
        }
    }

    internal Dictionary<string, JsonElement> Snapshot()
    {
        lock (_lock)
        {
            return _values is null ? [] : new Dictionary<string, JsonElement>(_values, StringComparer.Ordinal);
        }
    }

    internal void Restore(IReadOnlyDictionary<string, JsonElement> values)
    {
        lock (_lock)
        {
            _values = values.Count > 0 ? new Dictionary<string, JsonElement>(values, StringComparer.Ordinal) : null;
            _bytes = values.Keys.Sum(key => (long)SizeOf(key));
        }
    }

    /// <summary>Whether something changed since the last call.</summary>
    internal bool TakeDirty()
    {
        lock (_lock)
        {
            var dirty = _isDirty;
            _isDirty = false;
            return dirty;
        }
    }

    private int SizeOf(string key) => _values is not null && _values.TryGetValue(key, out var value) ? key.Length + value.GetRawText().Length : 0;
}
