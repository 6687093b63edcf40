using System.Text;
using Microsoft.AspNetCore.Http;

namespace PushApp.SocketIO.Engine;

/// <summary>The errors of requests, by the reference's numbers and texts: <c>{"code":1,"message":"Session ID unknown"}</c>.</summary>
internal sealed class EngineError
{
    public static readonly EngineError UnknownTransport = new(0, "Transport unknown", StatusCodes.Status400BadRequest);
    public static readonly EngineError UnknownSession = new(1, "Session ID unknown", StatusCodes.Status400BadRequest);
    public static readonly EngineError BadHandshakeMethod = new(2, "Bad handshake method", StatusCodes.Status400BadRequest);
    public static readonly EngineError BadRequest = new(3, "Bad request", StatusCodes.Status400BadRequest);
    public static readonly EngineError Forbidden = new(4, "Forbidden", StatusCodes.Status403Forbidden);
    public static readonly EngineError UnsupportedProtocol = new(5, "Unsupported protocol version", StatusCodes.Status400BadRequest);

    // What the reference has no number for.
    public static readonly EngineError TooManySessions = new(4, "Too many open connections", StatusCodes.Status429TooManyRequests);
    public static readonly EngineError TooManyPackets = new(3, "Too many packets", StatusCodes.Status429TooManyRequests);
    public static readonly EngineError Stopping = new(4, "The server is shutting down", StatusCodes.Status503ServiceUnavailable);
    public static readonly EngineError NodesUnknown = new(1, "The session's node cannot be found just now", StatusCodes.Status503ServiceUnavailable);

    private readonly byte[] _body;

    private EngineError(int code, string message, int status)
    {
        Code = code;
        Message = message;
        Status = status;
        _body = Encoding.UTF8.GetBytes($$"""{"code":{{code}},"message":"{{message}}"}""");
    }

    public int Code { get; }

    public string Message { get; }

    public int Status { get; }

    public Task WriteAsync(HttpContext context)
    {
        context.Response.StatusCode = Status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = _body.Length;
        return context.Response.Body.WriteAsync(_body, context.RequestAborted).AsTask();
    }
}
