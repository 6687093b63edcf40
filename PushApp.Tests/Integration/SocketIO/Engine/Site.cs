using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using PushApp.SocketIO;
using PushApp.SocketIO.Engine.Cluster;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.SocketIO.Engine;

/// <summary>Several nodes beside one broker, and a load balancer before them.</summary>
internal sealed class Site : IAsyncDisposable
{
    private readonly BrokerProcess _broker;
    private readonly string _prefix;
    private readonly RoundRobinProxy _proxy;

    private Site(BrokerProcess broker, string prefix, IReadOnlyList<EngineNode> nodes, RoundRobinProxy proxy)
    {
        _broker = broker;
        _prefix = prefix;
        _proxy = proxy;
        Nodes = nodes;
        Client = new EngineClient(proxy.Address);
    }

    public IReadOnlyList<EngineNode> Nodes { get; }

    /// <summary>Goes through the load balancer.</summary>
    public EngineClient Client { get; }

    public static async Task<Site> StartAsync(
        BrokerProcess broker, int count, Action<SocketIOOptions>? configure = null, Action<WebApplicationBuilder>? build = null, Func<EngineEcho>? listener = null)
    {
        var prefix = $"t{Guid.NewGuid():N}";
        var nodes = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => EngineNode.StartAsync(broker.ConnectionString, prefix, configure, build, listener)));
        return new Site(broker, prefix, nodes, await RoundRobinProxy.StartAsync([.. nodes.Select(node => node.Address)]));
    }

    public static NodeDirectory Directory(EngineNode node) => node.Services.GetRequiredService<NodeDirectory>();

    /// <summary>Writes an address as a node of that id does.</summary>
    public async Task AnnounceAsync(string node, string address)
    {
        await using var redis = await _broker.ConnectAsync();
        await redis.GetDatabase().StringSetAsync($"{_prefix}:node:{node}", address, TimeSpan.FromMinutes(1));
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _proxy.DisposeAsync();
        foreach (var node in Nodes)
        {
            await node.DisposeAsync();
        }
    }
}
