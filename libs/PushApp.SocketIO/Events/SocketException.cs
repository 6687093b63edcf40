using System.Text.Json;

namespace PushApp.SocketIO;

/// <summary>
/// An error that is told to the client. Thrown while it connects, it refuses the connection (<c>connect_error</c> with this message and data); thrown by an event's handler, it is the
/// acknowledgement, <c>{"error":{"name","message","data"}}</c>, or, where none was asked for, the event <c>error</c> with <c>{"name","event","message","data"}</c>.
/// </summary>
/// <param name="message">What a person may read.</param>
/// <param name="name">What a program may read. Those of PushApp: <c>access_denied</c>, <c>invalid_arguments</c>, <c>no_such_event</c>, <c>too_many_rooms</c>, <c>failed</c>.</param>
/// <param name="data">More, as JSON.</param>
public sealed class SocketException(string message, string name = "error", object? data = null) : Exception(message)
{
    /// <summary>What a program may read.</summary>
    public string Name { get; } = name;

    /// <summary>More, as JSON; null for nothing.</summary>
    public object? Details { get; } = data;

    internal static SocketException AccessDenied(string what) => new($"You may not {what}.", "access_denied");

    internal byte[] ToConnectError(JsonSerializerOptions json) =>
        JsonSerializer.SerializeToUtf8Bytes(Details is null ? (object)new { message = Message } : new { message = Message, data = Details }, json);
}
