using Microsoft.Extensions.Logging;

namespace PushApp.Push.Transport;

/// <summary>As many pollers as cores, each with its share of the connections; started with the first endpoint. Thread-safe.</summary>
internal sealed class DescriptorPollers(ILogger<DescriptorPollers> logger) : IDisposable
{
    private readonly Lock _lock = new();
    private DescriptorPoller[] _pollers = [];
    private int _next;
    private bool _disposed;

    /// <summary>Those that run.</summary>
    public IReadOnlyList<DescriptorPoller> All => _pollers;

    /// <summary>The poller for the next connection.</summary>
    public DescriptorPoller Next()
    {
        var pollers = _pollers;
        if (pollers.Length == 0)
        {
            pollers = Start();
        }

        return pollers[(uint)Interlocked.Increment(ref _next) % (uint)pollers.Length];
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            foreach (var poller in _pollers)
            {
                poller.Dispose();
            }
        }
    }

    private DescriptorPoller[] Start()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _pollers.Length > 0 ? _pollers
                : _pollers = [.. Enumerable.Range(0, Math.Clamp(Environment.ProcessorCount, 1, 16)).Select(index => new DescriptorPoller(index, logger))];
        }
    }
}
