using PushApp.Push;

namespace PushApp.Bench.Endurance;

/// <summary>What was acknowledged on one channel, so what its log must hold.</summary>
internal sealed class ChannelExpectation(ChannelName channel)
{
    private readonly Lock _gate = new();
    private readonly Queue<(Position Position, string Data)> _newest = new();
    private Position _head;
    private long _count;

    public ChannelName Channel { get; } = channel;

    public long Count => Volatile.Read(ref _count);

    /// <summary>Notes an acknowledged event; called in any order.</summary>
    public void Add(Position position, string data, int kept)
    {
        lock (_gate)
        {
            _count++;
            _newest.Enqueue((position, data));
            if (position.Sequence > _head.Sequence)
            {
                _head = position;
            }

            // Acknowledgements of concurrent publishes may come in another order: keep a few more than the log does.
            while (_newest.Count > kept + 200)
            {
                _newest.Dequeue();
            }
        }
    }

    /// <summary>What is wrong with the log; null when it is intact.</summary>
    public async Task<string?> FindFaultAsync(IChannelHistory history, int kept, CancellationToken cancellationToken)
    {
        var page = await history.ReadAsync(Channel, after: null, kept, cancellationToken);
        lock (_gate)
        {
            if (page.Head != _head)
            {
                return $"{Channel}: the head is {page.Head}, not {_head}";
            }

            var expected = _newest.OrderBy(entry => entry.Position.Sequence).TakeLast((int)Math.Min(kept, _count)).ToArray();
            if (page.Events.Count != expected.Length)
            {
                return $"{Channel}: the log has {page.Events.Count} events, not {expected.Length}";
            }

            for (var i = 0; i < expected.Length; i++)
            {
                if (page.Events[i].Position != expected[i].Position || page.Events[i].Data != expected[i].Data)
                {
                    return $"{Channel}: {page.Events[i].Position} stands where {expected[i].Position} was acknowledged, or its data differs";
                }
            }

            return null;
        }
    }
}
