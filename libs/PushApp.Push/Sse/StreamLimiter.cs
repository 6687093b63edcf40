using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace PushApp.Push.Sse;

/// <summary>Counts the open streams of this node, of each user and of each address. Thread-safe.</summary>
internal sealed class StreamLimiter(StreamOptions options)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);
    private int _total;

    /// <summary>Takes a place, to be given back by <see cref="Release"/>; or says which limit is reached.</summary>
    public bool TryAcquire(PushPrincipal principal, IPAddress? address, out StreamLease lease, out string? limit)
    {
        lease = new StreamLease(UserKey(principal), AddressKey(address));
        lock (_lock)
        {
            limit = options.MaxTotal > 0 && _total >= options.MaxTotal ? "this node"
                : IsFull(lease.User, options.MaxPerUser) ? "one user"
                : IsFull(lease.Address, options.MaxPerAddress) ? "one address"
                : null;
            if (limit is not null)
            {
                return false;
            }

            _total++;
            Add(lease.User, 1);
            Add(lease.Address, 1);
            return true;
        }
    }

    public void Release(StreamLease lease)
    {
        lock (_lock)
        {
            _total--;
            Add(lease.User, -1);
            Add(lease.Address, -1);
        }
    }

    private bool IsFull(string? key, int limit) => key is not null && limit > 0 && _counts.TryGetValue(key, out var count) && count >= limit;

    private void Add(string? key, int change)
    {
        if (key is null)
        {
            return;
        }

        ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(_counts, key, out _);
        count += change;
        if (count == 0)
        {
            _counts.Remove(key);
            _counts.Shrink();
        }
    }

    private static string? UserKey(PushPrincipal principal) =>
        principal.UserName is { } user ? $"u {UserNameCase.Fold(user)}"
        : principal.ApiKey is { } key ? $"k {key.KeyId}"
        : null;

    // Whoever has one IPv6 address usually has the 64 bits below its prefix too (RFC 6177).
    private static string? AddressKey(IPAddress? address)
    {
        if (address is null)
        {
            return null;
        }

        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? $"a {Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8))}"
            : $"a {address}";
    }
}

/// <summary>What a stream counts against.</summary>
internal readonly record struct StreamLease(string? User, string? Address);
