using Microsoft.Extensions.Logging;

namespace PushApp.SocketIO;

internal static partial class SocketIOLog
{
    [LoggerMessage(1, LogLevel.Debug, "Session {SessionId} sent what is no packet and is closed: {Reason}.")]
    public static partial void BadPacket(ILogger logger, string sessionId, string reason);

    [LoggerMessage(2, LogLevel.Information, "Refused a connection to namespace {Namespace}: {Reason}")]
    public static partial void Refused(ILogger logger, string @namespace, string reason);

    [LoggerMessage(3, LogLevel.Error, "A connection to namespace {Namespace} failed.")]
    public static partial void ConnectFailed(ILogger logger, string @namespace, Exception error);

    [LoggerMessage(4, LogLevel.Error, "The handler of event {Event} of namespace {Namespace} failed; the client was told no more than that.")]
    public static partial void HandlerFailed(ILogger logger, string @event, string @namespace, Exception error);

    [LoggerMessage(9, LogLevel.Information, "The handler of event {Event} of namespace {Namespace} broke off: {Reason}")]
    public static partial void PeerLeft(ILogger logger, string @event, string @namespace, string reason);

    [LoggerMessage(5, LogLevel.Debug, "Namespace {Namespace} has no event {Event}.")]
    public static partial void UnknownEvent(ILogger logger, string @event, string @namespace);

    [LoggerMessage(6, LogLevel.Error, "A socket of namespace {Namespace} failed.")]
    public static partial void SocketFailed(ILogger logger, string @namespace, Exception error);

    [LoggerMessage(7, LogLevel.Debug, "Socket {SocketId} connected to {Namespace} (recovered: {Recovered}).")]
    public static partial void Connected(ILogger logger, string socketId, string @namespace, bool recovered);

    [LoggerMessage(8, LogLevel.Debug, "Socket {SocketId} disconnected from {Namespace}: {Reason}.")]
    public static partial void Disconnected(ILogger logger, string socketId, string @namespace, string reason);
}
