using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PushApp.Push.Redis;
using PushApp.SocketIO.Engine.Hosting;
using StackExchange.Redis;
using IServer = Microsoft.AspNetCore.Hosting.Server.IServer;

namespace PushApp.SocketIO.Engine.Cluster;

/// <summary>Keeps this node's address in Redis from the server's start to its end, so that the other nodes find it.</summary>
internal sealed partial class NodeLease(
    NodeIdentity node,
    NodeKeys keys,
    NodeDirectory nodes,
    RedisConnection redis,
    IServer server,
    IHostApplicationLifetime lifetime,
    IOptions<SocketIOOptions> options,
    TimeProvider time,
    ILogger<NodeLease> logger) : BackgroundService
{
    private readonly ClusterOptions _options = options.Value.Cluster;
    private readonly TaskCompletionSource _registered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the address is in Redis.</summary>
    public Task Registered => _registered.Task;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!nodes.IsEnabled || !await StartedAsync(stoppingToken).ConfigureAwait(false))
        {
            return;
        }

        if ((_options.Address ?? NodeAddress.Find(server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [])) is not { } address)
        {
            NoAddress(logger);
            return;
        }

        Address(logger, node.Id, address);
        var outage = new OutageLog(logger, "renew the address of this node in Redis");
        using var timer = new PeriodicTimer(_options.Lease / 3, time);
        do
        {
            try
            {
                await redis.Database.StringSetAsync(keys.Address(node.Id), address, _options.Lease).ConfigureAwait(false);
                _registered.TrySetResult();
                outage.Succeeded();
            }
            catch (Exception error) when (error is RedisException or TimeoutException)
            {
                // Others find this node by what they know until the broker is back.
                outage.Failed(error);
            }
        }
        while (await NextAsync(timer, stoppingToken).ConfigureAwait(false));

        try
        {
            await redis.Database.KeyDeleteAsync(keys.Address(node.Id)).ConfigureAwait(false);
        }
        catch (Exception error) when (error is RedisException or TimeoutException)
        {
            // It expires by itself.
            outage.Failed(error);
        }
    }

    /// <summary>Waits until the server listens: until then it has no addresses.</summary>
    private async Task<bool> StartedAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var onStarted = lifetime.ApplicationStarted.Register(() => started.TrySetResult(true)).ConfigureAwait(false);
        await using var onStopping = stoppingToken.Register(() => started.TrySetResult(false)).ConfigureAwait(false);
        return await started.Task.ConfigureAwait(false);
    }

    private static async ValueTask<bool> NextAsync(PeriodicTimer timer, CancellationToken stoppingToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    [LoggerMessage(31, LogLevel.Information, "This is node {Node}; other nodes reach it at {Address}.", EventName = "Address")]
    private static partial void Address(ILogger logger, string node, string address);

    [LoggerMessage(32, LogLevel.Error, "No address of this node can be found: set SocketIO:Cluster:Address, such as http://10.0.0.5:8080. Until then requests for its sessions fail at other nodes.", EventName = "NoAddress")]
    private static partial void NoAddress(ILogger logger);
}
