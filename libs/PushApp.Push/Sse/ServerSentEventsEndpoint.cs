using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PushApp.Push.Hub;
using PushApp.Push.Telemetry;
using PushApp.Push.Transport;

namespace PushApp.Push.Sse;

/// <summary>Opens streams: negotiates, authorises, counts, joins; and then hands them over to the hub, or waits for it to let go.</summary>
internal sealed partial class ServerSentEventsEndpoint(
    ChannelHub hub,
    StreamRegistry registry,
    StreamGate gate,
    ChannelAccessService access,
    AccessRecheck recheck,
    PushMetrics metrics,
    IOptions<PushOptions> options,
    TimeProvider time,
    ILogger<ServerSentEventsEndpoint> logger) : IHandedOverOwner
{
    // A client that vanished without a word acknowledges none of them.
    private const int HeartbeatsUnanswered = 3;

    private readonly StreamOptions _options = options.Value.Streams;

    public async Task HandleAsync(HttpContext context, ServerSentEventsOptions endpoint)
    {
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            await StreamProblems.MethodNotAllowed(context).ExecuteAsync(context).ConfigureAwait(false);
            return;
        }

        var (principal, refusal) = await gate.IdentifyAsync(context).ConfigureAwait(false);
        if (principal is null)
        {
            await refusal!.ExecuteAsync(context).ConfigureAwait(false);
            return;
        }

        if (!ChannelResolver.TryResolve(context, endpoint, principal, out var channels, out var error))
        {
            await StreamProblems.BadChannels(error).ExecuteAsync(context).ConfigureAwait(false);
            return;
        }

        if (gate.Enter(context, principal, out var lease) is { } full)
        {
            await full.ExecuteAsync(context).ConfigureAwait(false);
            return;
        }

        var lastEventId = StreamGate.LastEventId(context.Request);
        var hasCursor = Cursor.TryParse(lastEventId, out var cursor);
        var connection = new SseConnection(
            hub.NextLoop(), principal, context.Connection.RemoteIpAddress?.ToString(), time.GetUtcNow(), _options,
            cursorIsUnknown: !hasCursor && !string.IsNullOrEmpty(lastEventId))
        {
            Requested = channels,
        };

        if (!string.IsNullOrEmpty(lastEventId))
        {
            metrics.Resumed(hasCursor);
        }

        // Registered first and authorised then, so that a change of access in between is seen by one of the two.
        registry.Add(connection);
        recheck.EnsureStarted();
        metrics.ConnectionOpened(connection.Transport);
        var isHandedOver = false;
        try
        {
            isHandedOver = await OpenAsync(context, connection, lease, channels, cursor).ConfigureAwait(false);
        }
        finally
        {
            if (!isHandedOver)
            {
                gate.Leave(lease);
                Leave(connection);
            }
        }
    }

    public void OnEnding(StreamLease lease) => gate.Leave(lease);

    public void OnEnded(SseConnection connection, CloseReason reason)
    {
        hub.Release(connection);
        Leave(connection);
        Ended(logger, connection.Id, reason);
    }

    private void Leave(SseConnection connection)
    {
        metrics.ConnectionClosed(connection.Transport);
        registry.Remove(connection);
    }

    /// <summary>Whether the stream goes on when this has returned: it was handed over.</summary>
    private async Task<bool> OpenAsync(HttpContext context, SseConnection connection, StreamLease lease, IReadOnlyList<ChannelName> channels, Cursor? cursor)
    {
        foreach (var channel in channels)
        {
            bool allowed;
            try
            {
                allowed = await access.IsAllowedAsync(connection.Principal, channel, ChannelAccess.Subscribe, context.RequestAborted).ConfigureAwait(false);
            }
            catch (Exception error) when (!context.RequestAborted.IsCancellationRequested)
            {
                CannotAuthorize(logger, channel, error);
                await StreamProblems.Unknown(context, _options.Retry).ExecuteAsync(context).ConfigureAwait(false);
                return false;
            }

            if (!allowed)
            {
                Refused(logger, channel, connection.Principal.UserName);
                await StreamProblems.Refused(connection.Principal, channel).ExecuteAsync(context).ConfigureAwait(false);
                return false;
            }
        }

        if (HttpMethods.IsHead(context.Request.Method))
        {
            // What GET would answer, without a stream (https://www.rfc-editor.org/rfc/rfc9110#section-9.3.2).
            SseResponse.Prepare(context);
            return false;
        }

        var isHandedOver = false;
        try
        {
            await hub.OpenAsync(connection, channels, cursor, context.RequestAborted).ConfigureAwait(false);
            connection.Requested = null;
            SseResponse.Prepare(context);
            var handOver = HandOver.Find(context);
            await context.Response.StartAsync(context.RequestAborted).ConfigureAwait(false);
            if (handOver is not null && await HandOver.TakeAsync(context, handOver).ConfigureAwait(false) is { } taken)
            {
                taken.Descriptor.SetUserTimeout(_options.HeartbeatInterval * HeartbeatsUnanswered);
                connection.Writer = new ChunkedStreamWriter(taken.Descriptor, connection);
                connection.HandOver(this, lease);
                isHandedOver = true;
                connection.Loop.Post(LoopItem.Join(connection));
                return true;
            }

            connection.Writer = new PipeStreamWriter(context.Response.BodyWriter, connection, context.Abort);
            connection.Loop.Post(LoopItem.Join(connection));
            using var gone = context.RequestAborted.UnsafeRegister(
                static state => ((SseConnection)state!).Loop.Post(LoopItem.Leave((SseConnection)state)), connection);

            // The loop writes until it lets go; only then does the response end.
            var reason = await connection.Completion.ConfigureAwait(false);
            Ended(logger, connection.Id, reason);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client went away before it had joined.
            Ended(logger, connection.Id, CloseReason.Client);
        }
        finally
        {
            if (!isHandedOver)
            {
                hub.Release(connection);
            }
        }

        return false;
    }

    [LoggerMessage(40, LogLevel.Information, "Refused channel {Channel} to {UserName}.")]
    private static partial void Refused(ILogger logger, ChannelName channel, string? userName);

    [LoggerMessage(42, LogLevel.Error, "Could not tell who may read channel {Channel}.")]
    private static partial void CannotAuthorize(ILogger logger, ChannelName channel, Exception error);

    [LoggerMessage(43, LogLevel.Debug, "Stream {ConnectionId} ended: {Reason}.")]
    private static partial void Ended(ILogger logger, Guid connectionId, CloseReason reason);
}
