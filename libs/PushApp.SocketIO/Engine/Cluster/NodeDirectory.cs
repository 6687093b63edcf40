using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PushApp.Push;
using PushApp.Push.Redis;
using StackExchange.Redis;

namespace PushApp.SocketIO.Engine.Cluster;

/// <summary>Where the other nodes are. What was read is kept for a few seconds, and for as long as Redis cannot be asked. Thread-safe.</summary>
internal sealed partial class NodeDirectory(
    NodeKeys keys, RedisConnection redis, IServiceProviderIsService services, IOptions<SocketIOOptions> options, TimeProvider time, ILogger<NodeDirectory> logger)
{
    // Ids are untrusted: made-up ones must not fill the memory.
    private const int MaxKnown = 10_000;

    private static readonly TimeSpan KeepFound = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan KeepMissing = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Entry> _known = new(StringComparer.Ordinal);

    /// <summary>Whether there are other nodes to be found: wanted, and with Redis, which <c>AddPush</c> brings.</summary>
    public bool IsEnabled { get; } = options.Value.Cluster.Enabled && services.IsService(typeof(IPushPublisher));

    /// <summary>A node's address; null where there is no such node.</summary>
    /// <exception cref="RedisException">Redis cannot be asked, and nothing is known from before.</exception>
    /// <exception cref="TimeoutException">As before.</exception>
    public async ValueTask<string?> FindAsync(string node)
    {
        if (_known.TryGetValue(node, out var entry) && time.GetElapsedTime(entry.ReadAt) < (entry.Address is null ? KeepMissing : KeepFound))
        {
            return entry.Address;
        }

        try
        {
            string? address = await redis.Database.StringGetAsync(keys.Address(node)).ConfigureAwait(false);
            if (_known.Count >= MaxKnown)
            {
                _known.Clear();
            }

            _known[node] = new Entry(address, time.GetTimestamp());
            return address;
        }
        catch (Exception error) when (error is RedisException or TimeoutException && entry?.Address is not null)
        {
            AsBefore(logger, error);
            return entry.Address;
        }
    }

    /// <summary>A node did not answer at its address: it is looked up anew.</summary>
    public void Forget(string node) => _known.TryRemove(node, out _);

    private sealed record Entry(string? Address, long ReadAt);

    [LoggerMessage(34, LogLevel.Debug, "Redis cannot be asked for a node's address; the one known from before is used.", EventName = "AsBefore")]
    private static partial void AsBefore(ILogger logger, Exception error);
}
