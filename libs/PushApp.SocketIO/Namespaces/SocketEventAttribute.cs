namespace PushApp.SocketIO;

/// <summary>Names the event that comes to a method, where that is not the method's own name in camelCase. Several may be named.</summary>
/// <param name="name">1 to 200 characters without line break or NUL; none of the clients' own (<c>connect</c>, <c>disconnect</c>, …).</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class SocketEventAttribute(string name) : Attribute
{
    /// <summary>The event's name.</summary>
    public string Name { get; } = name;
}

/// <summary>A public method of a namespace that is no event.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NoSocketEventAttribute : Attribute;

/// <summary>The name of a namespace class, for <see cref="SocketIOBuilder.MapNamespaces"/> and for <see cref="SocketIOBuilder.MapNamespace{T}(string)"/> without a name.</summary>
/// <param name="name">Beginning with <c>/</c>; <c>/</c> alone is the main namespace.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class SocketNamespaceAttribute(string name) : Attribute
{
    /// <summary>The namespace's name.</summary>
    public string Name { get; } = name;
}
