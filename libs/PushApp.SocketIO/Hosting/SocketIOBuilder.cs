using System.Reflection;
using System.Text.RegularExpressions;

namespace PushApp.SocketIO;

/// <summary>Maps the namespaces of a server.</summary>
public sealed class SocketIOBuilder
{
    private readonly List<NamespaceBuilder> _namespaces = [];
    private readonly List<SocketConnectFilter> _connectFilters = [];
    private readonly List<SocketEventFilter> _eventFilters = [];
    private readonly SocketServer _server;

    internal SocketIOBuilder(SocketServer server) => _server = server;

    /// <summary>Maps a namespace.</summary>
    /// <param name="name">
    /// Beginning with <c>/</c>, without <c>,</c>; <c>/</c> alone is the main namespace, where clients come that name none. Null for the name that the class gives itself by
    /// <see cref="SocketNamespaceAttribute"/>, or the main namespace.
    /// </param>
    /// <typeparam name="T">The class of its events.</typeparam>
    public NamespaceBuilder MapNamespace<T>(string? name = null)
        where T : SocketNamespace => Add(name ?? typeof(T).GetCustomAttribute<SocketNamespaceAttribute>()?.Name ?? "/", typeof(T), null);

    /// <summary>Maps all namespaces whose name matches, such as <c>^/tenant-\d+$</c>. One begins with its first client. A fixed name goes before, then in the order of these calls.</summary>
    public NamespaceBuilder MapNamespace<T>(Regex pattern)
        where T : SocketNamespace
    {
        ArgumentNullException.ThrowIfNull(pattern);
        return Add(pattern.ToString(), typeof(T), (name, _, _) => new ValueTask<bool>(pattern.IsMatch(name)));
    }

    /// <summary>Maps all namespaces that a predicate accepts, by the name and what the client said. Asked for each client.</summary>
    public NamespaceBuilder MapNamespace<T>(Func<string, SocketHandshake, CancellationToken, ValueTask<bool>> isMatch)
        where T : SocketNamespace
    {
        ArgumentNullException.ThrowIfNull(isMatch);
        return Add($"dynamic: {typeof(T).Name}", typeof(T), isMatch);
    }

    /// <summary>Maps every class of an assembly that carries <see cref="SocketNamespaceAttribute"/>.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public SocketIOBuilder MapNamespaces(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        var found = false;
        foreach (var type in assembly.GetTypes())
        {
            if (type.GetCustomAttribute<SocketNamespaceAttribute>() is { } attribute)
            {
                Add(attribute.Name, type, null);
                found = true;
            }
        }

        return found ? this : throw new InvalidOperationException($"No class of {assembly.GetName().Name} carries [SocketNamespace(\"/name\")].");
    }

    /// <summary>Adds a filter around connecting to any namespace, before the namespace's own.</summary>
    public SocketIOBuilder UseConnect(SocketConnectFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        _connectFilters.Add(filter);
        return this;
    }

    /// <summary>Adds a filter around every event of any namespace, before the namespace's own.</summary>
    public SocketIOBuilder UseEvents(SocketEventFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        _eventFilters.Add(filter);
        return this;
    }

    /// <summary>Adds a filter class around connecting to any namespace, before the namespace's own; it may take services.</summary>
    /// <exception cref="InvalidOperationException">The class is no service and cannot be constructed; the message names it.</exception>
    public SocketIOBuilder UseConnect<TFilter>()
        where TFilter : class, ISocketConnectFilter => UseConnect(FilterClass.Connect<TFilter>(_server.Services));

    /// <summary>Adds a filter class around every event of any namespace, before the namespace's own; it may take services.</summary>
    /// <inheritdoc cref="UseConnect{TFilter}" path="/exception"/>
    public SocketIOBuilder UseEvents<TFilter>()
        where TFilter : class, ISocketEventFilter => UseEvents(FilterClass.Events<TFilter>(_server.Services));

    /// <summary>Builds all; every fault of every namespace is told at once.</summary>
    internal void Build()
    {
        if (_namespaces.Count == 0)
        {
            throw new InvalidOperationException("Map at least one namespace: app.MapSocketIO(\"/socket.io\", io => io.MapNamespace<Chat>(\"/\")).");
        }

        var faults = new List<InvalidOperationException>();
        foreach (var builder in _namespaces)
        {
            try
            {
                _server.Add(builder.Build(_connectFilters, _eventFilters));
            }
            catch (InvalidOperationException fault)
            {
                faults.Add(fault);
            }
        }

        if (faults.Count > 0)
        {
            throw faults.Count == 1 ? faults[0] : new InvalidOperationException(string.Join(Environment.NewLine, faults.Select(fault => fault.Message)), new AggregateException(faults));
        }
    }

    private NamespaceBuilder Add(string name, Type type, Func<string, SocketHandshake, CancellationToken, ValueTask<bool>>? isMatch)
    {
        var builder = new NamespaceBuilder(name, type, isMatch, () => _server);
        _namespaces.Add(builder);
        return builder;
    }
}
