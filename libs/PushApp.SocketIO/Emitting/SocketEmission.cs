using System.Text.Json;

namespace PushApp.SocketIO;

/// <summary>Whatever an event can be emitted to: one socket, or any choice of a namespace's.</summary>
public abstract class SocketEmission
{
    private protected SocketEmission()
    {
    }

    /// <summary>How arguments are written.</summary>
    internal abstract JsonSerializerOptions Json { get; }

    /// <summary>Emits an event without arguments.</summary>
    /// <param name="eventName">1 to 200 characters without line break or NUL; none of the clients' own (<c>connect</c>, <c>connect_error</c>, <c>disconnect</c>, <c>disconnecting</c>, …).</param>
    /// <param name="cancellationToken">Has no effect once the event was sent.</param>
    /// <exception cref="ArgumentException">The name or the arguments are out of their bounds; the message says how.</exception>
    /// <exception cref="Push.BrokerUnavailableException">Other nodes are to get it, and the broker did not take it in time.</exception>
    public ValueTask EmitAsync(string eventName, CancellationToken cancellationToken = default) =>
        EmitAsync(eventName, SocketArguments.Empty, cancellationToken);

    /// <summary>Emits an event with one argument.</summary>
    /// <param name="eventName">1 to 200 characters without line break or NUL; none of the clients' own (<c>connect</c>, <c>connect_error</c>, <c>disconnect</c>, <c>disconnecting</c>, …).</param>
    /// <param name="argument">Written as JSON; bytes become an attachment. An array is one argument.</param>
    /// <param name="cancellationToken">Has no effect once the event was sent.</param>
    /// <inheritdoc cref="EmitAsync(string, CancellationToken)" path="/exception"/>
    public ValueTask EmitAsync<T>(string eventName, T argument, CancellationToken cancellationToken = default) =>
        EmitAsync(eventName, SocketArguments.From(argument, Json), cancellationToken);

    /// <summary>Emits an event with two arguments.</summary>
    /// <inheritdoc cref="EmitAsync(string, CancellationToken)"/>
    public ValueTask EmitAsync<T1, T2>(string eventName, T1 first, T2 second, CancellationToken cancellationToken = default) =>
        EmitAsync(eventName, SocketArguments.From(first, second, Json), cancellationToken);

    /// <summary>Emits an event with three arguments.</summary>
    /// <inheritdoc cref="EmitAsync(string, CancellationToken)"/>
    public ValueTask EmitAsync<T1, T2, T3>(string eventName, T1 first, T2 second, T3 third, CancellationToken cancellationToken = default) =>
        EmitAsync(eventName, SocketArguments.From(first, second, third, Json), cancellationToken);

    /// <summary>Emits an event with four arguments.</summary>
    /// <inheritdoc cref="EmitAsync(string, CancellationToken)"/>
    public ValueTask EmitAsync<T1, T2, T3, T4>(string eventName, T1 first, T2 second, T3 third, T4 fourth, CancellationToken cancellationToken = default) =>
        EmitAsync(eventName, SocketArguments.From(first, second, third, fourth, Json), cancellationToken);

    /// <summary>Emits an event with arguments as they are: those of another event, or more than four.</summary>
    /// <inheritdoc cref="EmitAsync(string, CancellationToken)"/>
    public abstract ValueTask EmitAsync(string eventName, SocketArguments arguments, CancellationToken cancellationToken = default);
}
