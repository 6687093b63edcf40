using System.Collections.Concurrent;

namespace PushApp.Push.Hub;

/// <summary>The open streams of this node, from before they are authorised, so that no change of access falls between. Thread-safe.</summary>
internal sealed class StreamRegistry
{
    private readonly ConcurrentDictionary<Guid, IOpenStream> _streams = new();

    public int Count => _streams.Count;

    public ICollection<IOpenStream> All => _streams.Values;

    public void Add(IOpenStream stream) => _streams[stream.Id] = stream;

    public void Remove(IOpenStream stream) => _streams.TryRemove(stream.Id, out _);
}
