using Microsoft.AspNetCore.Authorization;

namespace PushApp.SocketIO;

/// <summary>A method that handles an event, compiled once.</summary>
/// <param name="Name">The event's name.</param>
/// <param name="Method">The method's name, for messages.</param>
/// <param name="Invoke">Reads the arguments, calls the method, and gives the acknowledgement.</param>
/// <param name="Authorize">What the method asks of whoever sends the event.</param>
internal sealed record EventHandlerEntry(
    string Name, string Method, Func<SocketNamespace, SocketEventContext, ValueTask<SocketArguments?>> Invoke, IReadOnlyList<IAuthorizeData> Authorize);
