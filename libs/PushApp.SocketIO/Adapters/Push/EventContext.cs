using System.Text.Json;
using PushApp.Push.Hub;

namespace PushApp.SocketIO;

/// <summary>
/// What an event's trace is and which event of its channel it is, for clients that say <c>traceContext: true</c> in their <c>auth</c>: <c>{"channel","id"?,"traceparent"}</c>, the last argument but for
/// recovery's. Asked for, as other clients may count their arguments.
/// </summary>
internal static class EventContext
{
    private const string Wanted = "traceContext";

    /// <summary>Whether a client wants it.</summary>
    public static bool IsWanted(SocketHandshake handshake) =>
        handshake.Auth.ValueKind == JsonValueKind.Object && handshake.Auth.TryGetProperty(Wanted, out var wanted) && wanted.ValueKind == JsonValueKind.True;

    public static SocketArguments Append(SocketArguments arguments, HubEvent item)
    {
        var context = item.Entry.IsLogged
            ? SocketArguments.From(new { channel = item.Channel.Name.Value, id = item.Position.ToString(), traceparent = item.TraceParent })
            : SocketArguments.From(new { channel = item.Channel.Name.Value, traceparent = item.TraceParent });
        return new SocketArguments([.. arguments.Items, .. context.Items], arguments.AttachmentArray);
    }
}
