using System.Collections.Frozen;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;
using PushApp.Push;
using PushApp.SocketIO.Protocol;

namespace PushApp.SocketIO;

/// <summary>Settings of one namespace.</summary>
public sealed class NamespaceBuilder
{
    private readonly Type _type;
    private readonly Func<string, SocketHandshake, CancellationToken, ValueTask<bool>>? _isMatch;
    private readonly List<IAuthorizeData> _authorize = [];
    private readonly List<SocketConnectFilter> _connectFilters = [];
    private readonly List<SocketEventFilter> _eventFilters = [];
    private readonly Dictionary<string, Func<SocketArguments, CancellationToken, ValueTask<SocketArguments?>>> _serverEvents = new(StringComparer.Ordinal);
    private readonly Func<SocketServer> _server;
    private Func<string, ChannelName>? _roomChannel;
    private string? _channelEvent;
    private bool _trustsRooms;

    internal NamespaceBuilder(string name, Type type, Func<string, SocketHandshake, CancellationToken, ValueTask<bool>>? isMatch, Func<SocketServer> server)
    {
        Name = name;
        _type = type;
        _isMatch = isMatch;
        _server = server;
    }

    /// <summary>The namespace's name, or the pattern of a dynamic one.</summary>
    public string Name { get; }

    /// <summary>Only signed-in users may connect, or those whom the policies allow, as <c>[Authorize]</c> on the class does.</summary>
    public NamespaceBuilder RequireAuthorization(params string[] policies)
    {
        _authorize.AddRange(policies.Length == 0 ? [new AuthorizeAttribute()] : policies.Select(policy => new AuthorizeAttribute(policy)));
        return this;
    }

    /// <summary>Adds a filter around connecting; those added first run first.</summary>
    public NamespaceBuilder UseConnect(SocketConnectFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        _connectFilters.Add(filter);
        return this;
    }

    /// <summary>Adds a filter around every event; those added first run first.</summary>
    public NamespaceBuilder UseEvents(SocketEventFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        _eventFilters.Add(filter);
        return this;
    }

    /// <summary>Adds a filter class around connecting; it may take services. In the order of the other filters.</summary>
    /// <inheritdoc cref="SocketIOBuilder.UseConnect{TFilter}" path="/exception"/>
    public NamespaceBuilder UseConnect<TFilter>()
        where TFilter : class, ISocketConnectFilter => UseConnect(FilterClass.Connect<TFilter>(_server().Services));

    /// <summary>Adds a filter class around every event; it may take services. In the order of the other filters.</summary>
    /// <inheritdoc cref="SocketIOBuilder.UseConnect{TFilter}" path="/exception"/>
    public NamespaceBuilder UseEvents<TFilter>()
        where TFilter : class, ISocketEventFilter => UseEvents(FilterClass.Events<TFilter>(_server().Services));

    /// <summary>Handles what another node's server emits to the servers (<see cref="ISocketServer.ServerSideEmitAsync{T}"/>).</summary>
    public NamespaceBuilder OnServerEvent<T>(string eventName, Func<T?, CancellationToken, ValueTask> handle)
    {
        ArgumentNullException.ThrowIfNull(handle);
        _serverEvents.Add(eventName, async (arguments, cancellationToken) =>
        {
            await handle(AckAnswer.Read<T>(arguments, _server().Json), cancellationToken).ConfigureAwait(false);
            return SocketArguments.Empty;
        });
        return this;
    }

    /// <summary>Answers what another node's server asks the servers (<see cref="ISocketServer.ServerSideEmitWithAckAsync{TAnswer}"/>).</summary>
    public NamespaceBuilder OnServerEvent<T, TAnswer>(string eventName, Func<T?, CancellationToken, ValueTask<TAnswer>> handle)
    {
        ArgumentNullException.ThrowIfNull(handle);
        _serverEvents.Add(eventName, async (arguments, cancellationToken) =>
            SocketArguments.From(await handle(AckAnswer.Read<T>(arguments, _server().Json), cancellationToken).ConfigureAwait(false), _server().Json));
        return this;
    }

    /// <summary>
    /// The channel of PushApp.Push that carries the events of a room. Different rooms need different channels.
    /// Not for dynamic namespaces, which a node that emits may not know.
    /// <value>Default: <c>room:{room}</c> for the main namespace, <c>room:{namespace}:{room}</c> for others.</value>
    /// </summary>
    public NamespaceBuilder UseRoomChannels(Func<string, ChannelName> channelOf)
    {
        _roomChannel = channelOf;
        return this;
    }

    /// <summary>
    /// Delivers what comes by the channels of rooms as a stream of Server-Sent Events would: one event with three arguments, the name, the data as text, and the channel. What concerns the whole
    /// (<c>push.reset</c>, <c>push.status</c>, as docs/events.md says) comes the same way, with null for the channel.
    /// </summary>
    /// <param name="eventName">What that event is called. <value>Default <c>event</c>.</value></param>
    public NamespaceBuilder DeliverChannelEvents(string eventName = "event")
    {
        EmitRules.Check(eventName, SocketArguments.Empty);
        _channelEvent = eventName;
        return this;
    }

    /// <summary>Joining a room asks no <see cref="IChannelAuthorizer"/>: every <see cref="SocketRooms.JoinAsync"/> of this namespace is the server's own decision.</summary>
    public NamespaceBuilder TrustRooms()
    {
        _trustsRooms = true;
        return this;
    }

    internal NamespaceDefinition Build(IReadOnlyList<SocketConnectFilter> connectFilters, IReadOnlyList<SocketEventFilter> eventFilters)
    {
        if (_type.IsAbstract || _type.ContainsGenericParameters || !_type.IsSubclassOf(typeof(SocketNamespace)))
        {
            throw new InvalidOperationException($"{_type.FullName} cannot be the namespace '{Name}': map a class that derives from SocketNamespace and is neither abstract nor an open generic.");
        }

        if (_isMatch is null && (Name.Length == 0 || Name[0] != '/' || Name.Contains(',', StringComparison.Ordinal) || Name.Length > PacketLimits.MaxNamespaceLength))
        {
            throw new InvalidOperationException($"'{Name}' is no namespace's name: it begins with '/', holds no ',' and has at most {PacketLimits.MaxNamespaceLength} characters, as in '/chat'.");
        }

        if (_isMatch is not null && _roomChannel is not null)
        {
            throw new InvalidOperationException($"The dynamic namespace '{Name}' cannot have room channels of its own: leave out UseRoomChannels, or map it by a fixed name.");
        }

        var services = _server().Services;
        var events = EventCompiler.Compile(_type, services.GetService<IServiceProviderIsService>());
        IReadOnlyList<IAuthorizeData> authorize = [.. _type.GetCustomAttributes(inherit: true).OfType<IAuthorizeData>(), .. _authorize];
        if (FindAuthorizationFault([.. authorize, .. events.Values.SelectMany(entry => entry.Authorize)], services) is { } fault)
        {
            throw new InvalidOperationException($"{_type.FullName}, the namespace '{Name}', asks for authorization, but {fault}.");
        }

        return new NamespaceDefinition
        {
            Name = Name,
            IsMatch = _isMatch,
            Type = _type,
            Create = CreateFactory(),
            Events = events,
            Authorize = authorize,
            ConnectFilters = [.. connectFilters, .. _connectFilters],
            EventFilters = [.. eventFilters, .. _eventFilters],
            ServerEvents = _serverEvents.ToFrozenDictionary(StringComparer.Ordinal),
            RoomChannel = _roomChannel,
            ChannelEvent = _channelEvent,
            TrustsRooms = _trustsRooms,
        };
    }

    private static string? FindAuthorizationFault(IReadOnlyList<IAuthorizeData> data, IServiceProvider services)
    {
        if (data.Count == 0)
        {
            return null;
        }

        if (services.GetService<IAuthorizationPolicyProvider>() is not { } policies || services.GetService<IServiceProviderIsService>()?.IsService(typeof(IAuthorizationService)) == false)
        {
            return "there is none: call builder.Services.AddAuthorization(), and AddAuthentication for who somebody is";
        }

        // Providers that look policies up elsewhere answer later, and then for the first client.
        return data.Select(each => each.Policy).OfType<string>().FirstOrDefault(name => policies.GetPolicyAsync(name) is { IsCompletedSuccessfully: true, Result: null }) is { } unknown
            ? $"there is no policy '{unknown}': add it by builder.Services.AddAuthorization(options => options.AddPolicy(\"{unknown}\", …))"
            : null;
    }

    private ObjectFactory CreateFactory()
    {
        if (Constructible.FindFault(_type, _server().Services) is { } fault)
        {
            throw new InvalidOperationException($"{_type.FullName}, the namespace '{Name}', cannot be constructed: {fault}.");
        }

        try
        {
            return ActivatorUtilities.CreateFactory(_type, []);
        }
        catch (InvalidOperationException error)
        {
            throw new InvalidOperationException($"{_type.FullName}, the namespace '{Name}', cannot be constructed: give it one public constructor whose parameters are services.", error);
        }
    }
}
