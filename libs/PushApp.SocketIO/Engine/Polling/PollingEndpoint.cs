using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using PushApp.SocketIO.Engine.Packets;
using PushApp.SocketIO.Engine.Sessions;

namespace PushApp.SocketIO.Engine.Polling;

/// <summary>The requests of a session that polls: GET takes packets, POST brings some.</summary>
internal static class PollingEndpoint
{
    // While an upgrade is under way a poll waits no longer than this. Not at once: the packet that completes the upgrade may be about to be read, and has the precedence.
    private static readonly TimeSpan PollWhileUpgrading = TimeSpan.FromMilliseconds(50);

    // Where packets are not limited otherwise.
    private const int MostPacketsUnlimited = 100_000;

    public static async Task GetAsync(HttpContext context, EngineServer server, EngineSession session)
    {
        switch (session.BeginPoll(out var packets, out var waiter))
        {
            case PollTurn.Unknown:
                await EngineError.UnknownSession.WriteAsync(context).ConfigureAwait(false);
                return;
            case PollTurn.Overlap or PollTurn.WrongTransport:
                await EngineError.BadRequest.WriteAsync(context).ConfigureAwait(false);
                return;
            case PollTurn.Wait:
                if (await WaitAsync(context, server, session, waiter!).ConfigureAwait(false) is not { } answer)
                {
                    if (!context.RequestAborted.IsCancellationRequested)
                    {
                        await EngineError.BadRequest.WriteAsync(context).ConfigureAwait(false);
                    }

                    return;
                }

                packets = answer;
                break;
        }

        server.Metrics.Sent(packets.Length, packets.Sum(packet => (long)packet.Data.Length), EngineTransports.Polling);
        await PollResponse.WriteAsync(context, server.Options, session, packets).ConfigureAwait(false);
    }

    public static async Task PostAsync(HttpContext context, EngineServer server, EngineSession session)
    {
        if (session.CloseReason is not null)
        {
            await EngineError.UnknownSession.WriteAsync(context).ConfigureAwait(false);
            return;
        }

        if (!session.BeginPost())
        {
            await EngineError.BadRequest.WriteAsync(context).ConfigureAwait(false);
            return;
        }

        EngineError? error;
        try
        {
            error = await ReceiveAsync(context, server, session).ConfigureAwait(false);
        }
        finally
        {
            // Before the answer leaves: a client may send its next one as soon as it has it.
            session.EndPost();
        }

        if (context.RequestAborted.IsCancellationRequested || context.Response.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return;
        }

        if (error is not null)
        {
            await error.WriteAsync(context).ConfigureAwait(false);
            return;
        }

        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentType = "text/html";
        context.Response.ContentLength = 2;
        await context.Response.Body.WriteAsync("ok"u8.ToArray(), context.RequestAborted).ConfigureAwait(false);
    }

    private static async Task<EnginePacket[]?> WaitAsync(HttpContext context, EngineServer server, EngineSession session, PollWaiter waiter)
    {
        using var gone = context.RequestAborted.UnsafeRegister(
            static state =>
            {
                var (session, waiter) = ((EngineSession, PollWaiter))state!;
                session.PollAborted(waiter);
            },
            (session, waiter));
        if (session.IsUpgrading)
        {
            await Task.WhenAny(waiter.Woken, Task.Delay(PollWhileUpgrading, server.Time)).ConfigureAwait(false);
        }
        else
        {
            await waiter.Woken.ConfigureAwait(false);
        }

        return session.EndPoll(waiter);
    }

    private static async Task<EngineError?> ReceiveAsync(HttpContext context, EngineServer server, EngineSession session)
    {
        var isBytes = IsBytes(context.Request.ContentType);
        if (isBytes && session.Protocol == 4)
        {
            session.PostFailed();
            return EngineError.BadRequest;
        }

        ReadOnlyMemory<byte>? body;
        try
        {
            body = await PostBody.ReadAsync(context, server.Options.MaxPayload).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or OperationCanceledException)
        {
            session.PostFailed();
            return EngineError.BadRequest;
        }

        if (body is null)
        {
            context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
            return null;
        }

        var packets = new List<EnginePacket>(1);
        var most = MostPackets(server.Options);
        var isValid = session.Protocol == 4 ? PayloadCodec.TryParse(body.Value, packets, most)
            : isBytes ? PayloadCodecV3.TryParseBinary(body.Value, packets, most)
            : PayloadCodecV3.TryParseText(body.Value, packets, most);
        if (!isValid)
        {
            if (packets.Count > most)
            {
                session.PostOverflown();
                return EngineError.TooManyPackets;
            }

            session.ParseFailed();
            return EngineError.BadRequest;
        }

        foreach (var packet in packets)
        {
            if (!await session.ReceiveAsync(packet).ConfigureAwait(false))
            {
                return session.CloseReason switch
                {
                    EngineCloseReasons.TooManyPackets => EngineError.TooManyPackets,
                    EngineCloseReasons.ParseError or EngineCloseReasons.TransportError => EngineError.BadRequest,

                    // Ended by the client's own packet, or by the server after it: it was taken.
                    _ => null,
                };
            }
        }

        return null;
    }

    /// <summary>The packets of one POST: as many as may come at once. A body could hold half as many as it has bytes, each of which would become an object.</summary>
    private static int MostPackets(EngineOptions options) => options.MaxPacketsPerSecond == 0 ? MostPacketsUnlimited : Math.Min(options.MaxPacketBurst, MostPacketsUnlimited);

    private static bool IsBytes(string? contentType) =>
        contentType is not null && new StringSegment(contentType).Split([';']).First().Trim().Equals("application/octet-stream", StringComparison.OrdinalIgnoreCase);
}
