using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using PushApp.Push.Redis;
using StackExchange.Redis;

namespace PushApp.SocketIO;

/// <summary>
/// What other publishers ask of sockets beside emitting: to join rooms, to leave them, to disconnect. Every node does it for its own sockets, so these need no log; at most once, as they are sent.
/// Events of servers are not taken: a message in Redis calls nothing here.
/// </summary>
internal sealed partial class InteropRequests(SocketServer server, LocalAdapter local, RedisConnection redis, ILogger<InteropRequests> logger)
{
    // socket.io-adapter's request types.
    private const int RemoteJoin = 2;
    private const int RemoteLeave = 3;
    private const int RemoteDisconnect = 4;

    private ChannelMessageQueue? _adapter;
    private ChannelMessageQueue? _python;

    /// <summary>Subscribes to what the options name; errors of the broker pass through, and called again it does what is left.</summary>
    public async Task SubscribeAsync()
    {
        var interop = server.Options.Interop;
        if (interop.RedisAdapter && _adapter is null)
        {
            _adapter = await redis.SubscribeUnplacedAsync(RedisChannel.Pattern($"{RedisAdapterFormat.Escape(interop.RedisAdapterKey)}-request#*")).ConfigureAwait(false);
            _adapter.OnMessage(message => TakeAsync(message, payload => JsonSerializer.Deserialize<JsonElement>(payload), TakeAdapterRequestAsync));
        }

        if (interop.PythonManager && _python is null)
        {
            _python = await redis.SubscribeUnplacedAsync(RedisChannel.Literal(interop.PythonChannel)).ConfigureAwait(false);
            _python.OnMessage(message => TakeAsync(message, ReadPython, TakePythonRequestAsync));
        }
    }

    private delegate JsonElement Reader(ReadOnlySpan<byte> payload);

    private async Task TakeAsync(ChannelMessage message, Reader read, Func<string, JsonElement, Task> take)
    {
        try
        {
            await take(message.Channel.ToString(), read((byte[])message.Message!)).ConfigureAwait(false);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException or KeyNotFoundException)
        {
            NotTaken(logger, message.Channel.ToString(), error);
        }
    }

    /// <summary><c>{key}-request#{nsp}#</c>, <c>{"type","opts":{"rooms","except"},"rooms","close"}</c>.</summary>
    private async Task TakeAdapterRequestAsync(string channel, JsonElement request)
    {
        var name = channel[(server.Options.Interop.RedisAdapterKey.Length + "-request#".Length)..].TrimEnd('#');
        if (request.ValueKind != JsonValueKind.Object || !request.TryGetProperty("type", out var type) || !request.TryGetProperty("opts", out var options))
        {
            return;
        }

        var target = new EmitTarget(SocketServer.NormalizeName(name)) { Rooms = Names(options, "rooms"), Except = Names(options, "except") };
        switch (type.GetInt32())
        {
            case RemoteJoin:
                await local.JoinManyAsync(target, [.. SocketRooms.Check(Names(request, "rooms"))], CancellationToken.None).ConfigureAwait(false);
                break;
            case RemoteLeave:
                await local.LeaveManyAsync(target, Names(request, "rooms"), CancellationToken.None).ConfigureAwait(false);
                break;
            case RemoteDisconnect:
                await local.DisconnectManyAsync(target, request.TryGetProperty("close", out var close) && close.ValueKind == JsonValueKind.True, CancellationToken.None).ConfigureAwait(false);
                break;
        }
    }

    private static JsonElement ReadPython(ReadOnlySpan<byte> payload)
    {
        if (!PythonMessage.TryParse(payload, out var document, out var reason))
        {
            throw new JsonException(reason);
        }

        using (document)
        {
            return document.RootElement.Clone();
        }
    }

    /// <summary><c>{"method","sid","room","namespace"}</c>.</summary>
    private async Task TakePythonRequestAsync(string channel, JsonElement request)
    {
        if (request.ValueKind != JsonValueKind.Object || !request.TryGetProperty("method", out var method))
        {
            return;
        }

        var target = new EmitTarget(SocketServer.NormalizeName(Text(request, "namespace") ?? "/"));
        switch (method.GetString())
        {
            case "disconnect" when Text(request, "sid") is { } sid:
                await local.DisconnectManyAsync(target with { Rooms = [sid] }, close: false, CancellationToken.None).ConfigureAwait(false);
                break;
            case "enter_room" when Text(request, "sid") is { } sid && Text(request, "room") is { } room:
                await local.JoinManyAsync(target with { Rooms = [sid] }, [.. SocketRooms.Check([room])], CancellationToken.None).ConfigureAwait(false);
                break;
            case "leave_room" when Text(request, "sid") is { } sid && Text(request, "room") is { } room:
                await local.LeaveManyAsync(target with { Rooms = [sid] }, [room], CancellationToken.None).ConfigureAwait(false);
                break;
            case "close_room" when Text(request, "room") is { } room:
                await local.LeaveManyAsync(target with { Rooms = [room] }, [room], CancellationToken.None).ConfigureAwait(false);
                break;
        }
    }

    private static string? Text(JsonElement element, string property) =>
        element.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    private static ImmutableArray<string> Names(JsonElement element, string property) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(property, out var names) && names.ValueKind == JsonValueKind.Array
            ? [.. names.EnumerateArray().Where(name => name.ValueKind == JsonValueKind.String).Select(name => name.GetString()!)]
            : [];

    [LoggerMessage(50, LogLevel.Warning, "A request on the Redis channel '{RedisChannel}' was skipped: it is not what its library sends.")]
    private static partial void NotTaken(ILogger logger, string redisChannel, Exception error);
}
