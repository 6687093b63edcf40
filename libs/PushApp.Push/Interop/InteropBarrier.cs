using System.Collections.Concurrent;

namespace PushApp.Push.Interop;

/// <summary>Waits until this node's own signal comes back over its subscription.</summary>
internal sealed class InteropBarrier
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _expected = new(StringComparer.Ordinal);

    public Task ExpectAsync(string token) =>
        _expected.GetOrAdd(token, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void Arrived(string token)
    {
        if (_expected.TryGetValue(token, out var source))
        {
            source.TrySetResult();
        }
    }

    public void Forget(string token) => _expected.TryRemove(token, out _);
}
