using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;
using StackExchange.Redis.Configuration;

namespace PushApp.Push.Redis.Subscribing;

/// <summary>
/// Reads the connections over which the Redis client listens, and hands each message to whoever wants its channel's on the thread that has read it. By the client alone it passes through two queues, each of
/// which wakes another thread for it, and that costs more than all else that is done for an event to one user. Everything else that comes is the client's, which connects, signs in, subscribes, notices that a
/// server is gone and finds it again, as ever.
/// </summary>
internal sealed partial class SubscriptionReader(ILogger<SubscriptionReader> logger) : Tunnel
{
    private readonly ConcurrentDictionary<byte[], Action<ReadOnlyMemory<byte>>> _receivers = new(ChannelComparer.Instance);
    private volatile bool _isUsed;
    private int _connections;

    /// <summary>Whether a client connects through it. Known before the client has any connection.</summary>
    public bool IsUsed => _isUsed;

    /// <summary>Connections that are read.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>
    /// Has a client that is made of these options go through it, with a connection for what it listens to alone (RESP 2). Where they say otherwise already (RESP 3, a tunnel, sockets that are prepared by the
    /// application, TLS, which hides what comes) they stay as they are, and the client hands on its messages itself.
    /// </summary>
    public void Attach(ConfigurationOptions options)
    {
        if (BlockingSocket.IsSupported && options.Tunnel is null && options is { Ssl: false, BeforeSocketConnect: null, Protocol: null or RedisProtocol.Resp2 })
        {
            options.Tunnel = this;
            options.Protocol = RedisProtocol.Resp2;
        }
    }

    /// <summary>From now on messages on a channel go to the receiver, which is not to hold them up, and no more to the client.</summary>
    public void Add(byte[] channel, Action<ReadOnlyMemory<byte>> receiver) => _receivers.AddOrUpdate(channel, receiver, (_, others) => others + receiver);

    public void Remove(byte[] channel, Action<ReadOnlyMemory<byte>> receiver)
    {
        while (_receivers.TryGetValue(channel, out var all))
        {
            if (all - receiver is { } others ? _receivers.TryUpdate(channel, others, all) : _receivers.TryRemove(KeyValuePair.Create(channel, all)))
            {
                return;
            }
        }
    }

    public override ValueTask BeforeSocketConnectAsync(EndPoint endPoint, ConnectionType connectionType, Socket? socket, CancellationToken cancellationToken)
    {
        _isUsed = true;
        return ValueTask.CompletedTask;
    }

    public override async ValueTask<Stream?> BeforeAuthenticateAsync(EndPoint endpoint, ConnectionType connectionType, Socket? socket, CancellationToken cancellationToken)
    {
        if (connectionType != ConnectionType.Subscription || socket is null)
        {
            return null;
        }

        var stream = new SubscriptionStream(await Task.Run(() => BlockingSocket.Replace(socket), cancellationToken).ConfigureAwait(false), this, logger);
        Interlocked.Increment(ref _connections);
        stream.Start(() => Interlocked.Decrement(ref _connections));
        return stream;
    }

    /// <summary>Hands a message to whoever wants it, if anybody does.</summary>
    internal bool TryReceive(ReadOnlySpan<byte> channel, ReadOnlySpan<byte> payload)
    {
        if (!_receivers.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(channel, out var receivers))
        {
            return false;
        }

        var message = payload.ToArray();
        foreach (var receiver in Delegate.EnumerateInvocationList(receivers))
        {
            try
            {
                receiver(message);
            }
            catch (Exception error)
            {
                // One message must not end the connection, over which all others come.
                ReceiverFailed(logger, error);
            }
        }

        return true;
    }

    [LoggerMessage(80, LogLevel.Error, "A message of the broker's could not be taken in; the next ones are.")]
    private static partial void ReceiverFailed(ILogger logger, Exception error);

    private sealed class ChannelComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static readonly ChannelComparer Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode([DisallowNull] byte[] channel) => GetHashCode(channel.AsSpan());

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = default(HashCode);
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
