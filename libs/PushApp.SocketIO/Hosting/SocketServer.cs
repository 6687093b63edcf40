using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PushApp.SocketIO.Engine;
using PushApp.SocketIO.Protocol;
using PushApp.SocketIO.Telemetry;

namespace PushApp.SocketIO;

/// <summary>The namespaces of this process, and how emits find their sockets.</summary>
internal sealed class SocketServer : ISocketServer, IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, NamespaceHost> _hosts = new(StringComparer.Ordinal);
    private readonly List<NamespaceDefinition> _dynamic = [];
    private string? _path;
    private int _disposed;

    public SocketServer(IServiceProvider services, IOptions<SocketIOOptions> options, TimeProvider time, SocketIOMetrics metrics, ILogger<SocketServer> logger)
    {
        Services = services;
        Options = options.Value;
        Time = time;
        Metrics = metrics;
        Logger = logger;
        Json = Options.Json is { } own ? SocketJson.Create(own) : SocketJson.Default;
        Limits = new PacketLimits(Options.MaxAttachments, Options.MaxJsonDepth);
        LegacyLimits = Limits with { MaxQueryLength = PacketLimits.LegacyQueryLength };
        Adapter = SocketAdapterFactory.Create(this);
    }

    public IServiceProvider Services { get; }

    public SocketIOOptions Options { get; }

    public TimeProvider Time { get; }

    public SocketIOMetrics Metrics { get; }

    public ILogger Logger { get; }

    public JsonSerializerOptions Json { get; }

    public PacketLimits Limits { get; }

    /// <summary>Those of clients of protocol 3.</summary>
    public PacketLimits LegacyLimits { get; }

    public ISocketAdapter Adapter { get; }

    public SocketEmitter Main => Of("/");

    public SocketEmitter Of(string name) => new(this, new EmitTarget(NormalizeName(name)));

    public ValueTask ServerSideEmitAsync<T>(string name, string eventName, T argument, CancellationToken cancellationToken = default) =>
        Adapter.ServerSideEmitAsync(NormalizeName(name), eventName, SocketArguments.From(argument, Json), cancellationToken);

    public async Task<AckAnswers<TAnswer>> ServerSideEmitWithAckAsync<TAnswer>(string name, string eventName, object? argument, CancellationToken cancellationToken = default)
    {
        var answers = await Adapter.ServerSideEmitWithAckAsync(NormalizeName(name), eventName, SocketArguments.From(argument, Json), cancellationToken).ConfigureAwait(false);
        return new AckAnswers<TAnswer>(AckAnswer.ReadAll<TAnswer>(answers, Json), answers.Expected);
    }

    /// <summary>One path only: its namespaces are the process'.</summary>
    public void BeginMapping(string path) => _path = _path is null
        ? path
        : throw new InvalidOperationException($"Socket.IO is mapped to '{_path}' already; map the namespaces of '{path}' there too.");

    public void Add(NamespaceDefinition definition)
    {
        if (definition.IsMatch is not null)
        {
            _dynamic.Add(definition);
            return;
        }

        if (!_hosts.TryAdd(definition.Name, new NamespaceHost(definition.Name, definition, this)))
        {
            var first = _hosts[definition.Name].Definition.Type;
            throw new InvalidOperationException(first == definition.Type
                ? $"The namespace '{definition.Name}' is mapped twice, both times to {first.FullName}. Remove one of the two."
                : $"The namespace '{definition.Name}' is mapped twice, to {first.FullName} and to {definition.Type.FullName}. Give one of them another name.");
        }
    }

    /// <summary>A namespace with sockets or a fixed name; null for others.</summary>
    public NamespaceHost? FindHost(string name) => _hosts.GetValueOrDefault(name);

    /// <summary>What a namespace with a fixed name is; null for others.</summary>
    public NamespaceDefinition? FindDefinition(string name) => FindHost(name)?.Definition;

    public ICollection<NamespaceHost> Hosts => _hosts.Values;

    /// <summary>The namespace that a client asks for; a dynamic one begins with its first client, and ends with its last: to be given back by <see cref="Release"/>.</summary>
    public async ValueTask<NamespaceHost?> FindHostAsync(string name, SocketHandshake handshake, IEngineSession session)
    {
        if (_hosts.TryGetValue(name, out var known) && known.Definition.IsMatch is null)
        {
            return known;
        }

        // Asked for every client, since the answer may rest on who it is.
        foreach (var definition in _dynamic)
        {
            if (await definition.IsMatch!(name, handshake, session.Closed).ConfigureAwait(false))
            {
                lock (_dynamic)
                {
                    var host = _hosts.GetOrAdd(name, static (added, state) => new NamespaceHost(added, state.definition, state.server), (definition, server: this));
                    if (host.Definition == definition)
                    {
                        host.Users++;
                        return host;
                    }

                    // Open for others by another definition. A name is one namespace, whose emits reach all who are in it: that definition, where it is not among those that said no already, is asked too.
                }
            }
        }

        return null;
    }

    /// <summary>A client has left, or was refused. Names that clients choose must not stay for ever.</summary>
    public void Release(NamespaceHost host)
    {
        if (host.Definition.IsMatch is null)
        {
            return;
        }

        lock (_dynamic)
        {
            if (--host.Users == 0)
            {
                _hosts.TryRemove(host.Name, out _);
            }
        }
    }

    /// <summary>The container knows it under two types, and disposes it for each.</summary>
    public ValueTask DisposeAsync() =>
        Interlocked.Exchange(ref _disposed, 1) == 0 && Adapter is IAsyncDisposable adapter ? adapter.DisposeAsync() : ValueTask.CompletedTask;

    public static string NormalizeName(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return name[0] == '/' ? name : "/" + name;
    }
}
