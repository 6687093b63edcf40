using System.Collections.Immutable;

namespace PushApp.SocketIO;

/// <summary>What is asked of all nodes: their sockets, and the servers themselves.</summary>
internal sealed partial class PushAdapter : IBusHandler
{
    public async Task<RawAnswers> EmitWithAckAsync(EmitTarget target, string eventName, SocketArguments arguments, CancellationToken cancellationToken)
    {
        var here = local.EmitWithAckAsync(target, eventName, arguments, cancellationToken);
        if (target.IsLocal)
        {
            return await here.ConfigureAwait(false);
        }

        var timeout = target.Timeout ?? server.Options.AckTimeout;
        var there = AskAsync(
            Request(BusRequestKind.Ack, target) with { Event = eventName, Arguments = ArgumentsText.Format(arguments).Text, TimeoutMs = timeout.TotalMilliseconds },
            timeout + server.Options.RequestTimeout,
            cancellationToken);
        var own = await here.ConfigureAwait(false);
        var (replies, missing) = await there.ConfigureAwait(false);
        return new RawAnswers(
            [.. own.Answers, .. replies.SelectMany(reply => reply.Answers).Select(Arguments)],

            // A node that was silent had clients for all that is known.
            own.Expected + replies.Sum(reply => reply.Expected) + missing);
    }

    public async Task<IReadOnlyList<RemoteSocket>> FetchAsync(EmitTarget target, CancellationToken cancellationToken)
    {
        var own = await local.FetchAsync(target, cancellationToken).ConfigureAwait(false);
        if (target.IsLocal)
        {
            return own;
        }

        var replies = await AskAllAsync(Request(BusRequestKind.Fetch, target), cancellationToken).ConfigureAwait(false);
        return
        [
            .. own,
            .. replies.SelectMany(reply => reply.Sockets).Select(socket => new RemoteSocket(server, socket.Namespace, socket.Id, socket.UserName, socket.RemoteAddress, socket.Rooms, socket.Data)),
        ];
    }

    public async ValueTask JoinManyAsync(EmitTarget target, ImmutableArray<string> rooms, CancellationToken cancellationToken)
    {
        await local.JoinManyAsync(target, rooms, cancellationToken).ConfigureAwait(false);
        await TellAsync(target, Request(BusRequestKind.Join, target) with { Names = rooms }, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask LeaveManyAsync(EmitTarget target, ImmutableArray<string> rooms, CancellationToken cancellationToken)
    {
        await local.LeaveManyAsync(target, rooms, cancellationToken).ConfigureAwait(false);
        await TellAsync(target, Request(BusRequestKind.Leave, target) with { Names = rooms }, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisconnectManyAsync(EmitTarget target, bool close, CancellationToken cancellationToken)
    {
        await local.DisconnectManyAsync(target, close, cancellationToken).ConfigureAwait(false);
        await TellAsync(target, Request(BusRequestKind.Disconnect, target) with { Close = close }, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask ServerSideEmitAsync(string name, string eventName, SocketArguments arguments, CancellationToken cancellationToken)
    {
        await bus.EnsureListeningAsync(this, cancellationToken).ConfigureAwait(false);
        await bus.TellAsync(ServerEvent(name, eventName, arguments)).ConfigureAwait(false);
    }

    public async Task<RawAnswers> ServerSideEmitWithAckAsync(string name, string eventName, SocketArguments arguments, CancellationToken cancellationToken)
    {
        var (replies, missing) = await AskAsync(ServerEvent(name, eventName, arguments), server.Options.RequestTimeout, cancellationToken).ConfigureAwait(false);
        return new RawAnswers([.. replies.SelectMany(reply => reply.Answers).Select(Arguments)], replies.Sum(reply => reply.Expected) + missing);
    }

    public async Task<BusReply> HandleAsync(BusRequest request, CancellationToken cancellationToken)
    {
        var target = request.ToTarget();
        switch (request.Kind)
        {
            case BusRequestKind.TakeOver:
                EndTakenOver(request);
                break;
            case BusRequestKind.Ack:
                var answers = await local.EmitWithAckAsync(target, request.Event!, Arguments(request.Arguments!), cancellationToken).ConfigureAwait(false);
                return new BusReply(request.Id) { Expected = answers.Expected, Answers = [.. answers.Answers.Select(answer => ArgumentsText.Format(answer).Text)] };
            case BusRequestKind.Fetch:
                return new BusReply(request.Id) { Sockets = [.. Describe(target)] };
            case BusRequestKind.Join:
                await local.JoinManyAsync(target, request.Names, cancellationToken).ConfigureAwait(false);
                break;
            case BusRequestKind.Leave:
                await local.LeaveManyAsync(target, request.Names, cancellationToken).ConfigureAwait(false);
                break;
            case BusRequestKind.Disconnect:
                await local.DisconnectManyAsync(target, request.Close, cancellationToken).ConfigureAwait(false);
                break;
            case BusRequestKind.ServerEvent when server.FindDefinition(request.Namespace)?.ServerEvents.GetValueOrDefault(request.Event!) is { } handle:
                var answer = await handle(Arguments(request.Arguments!), cancellationToken).ConfigureAwait(false);
                return new BusReply(request.Id) { Expected = 1, Answers = answer is null ? [] : [ArgumentsText.Format(answer).Text] };
        }

        return new BusReply(request.Id);
    }

    public Task ListenAsync() => requests.SubscribeAsync();

    private static BusRequest Request(BusRequestKind kind, EmitTarget target) => new(kind, "", "", target.Namespace) { Rooms = target.Rooms, Except = target.Except };

    private static BusRequest ServerEvent(string name, string eventName, SocketArguments arguments) =>
        new(BusRequestKind.ServerEvent, "", "", name) { Event = eventName, Arguments = ArgumentsText.Format(arguments).Text };

    private static SocketArguments Arguments(string text) => ArgumentsText.Parse(System.Text.Encoding.UTF8.GetBytes(text));

    private async Task<(IReadOnlyList<BusReply> Replies, int Missing)> AskAsync(BusRequest request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        await bus.EnsureListeningAsync(this, cancellationToken).ConfigureAwait(false);
        return await bus.AskAsync(request, timeout, cancellationToken).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<BusReply>> AskAllAsync(BusRequest request, CancellationToken cancellationToken)
    {
        var (replies, missing) = await AskAsync(request, server.Options.RequestTimeout, cancellationToken).ConfigureAwait(false);
        return missing == 0
            ? replies
            : throw new TimeoutException($"{missing} servers did not answer within {server.Options.RequestTimeout.TotalSeconds:0.#} s (SocketIO:RequestTimeout). Try again.");
    }

    /// <summary>Waits for the others, so that what is emitted after this finds the sockets where they were put.</summary>
    private async ValueTask TellAsync(EmitTarget target, BusRequest request, CancellationToken cancellationToken)
    {
        if (!target.IsLocal)
        {
            await AskAllAsync(request, cancellationToken).ConfigureAwait(false);
        }
    }

    private IEnumerable<SocketDescription> Describe(EmitTarget target) =>
        (server.FindHost(target.Namespace)?.Index.Select(target) ?? [])
        .Where(socket => socket.IsConnected)
        .Select(socket => new SocketDescription(socket.Id, socket.Namespace, socket.Principal.UserName, socket.Handshake.RemoteAddress, [.. socket.Rooms], socket.DataSnapshot));

    private void EndTakenOver(BusRequest request)
    {
        if (server.FindHost(request.Namespace)?.Index.Find(request.Rooms[0]) is { } socket
            && socket.AdapterState is PushSocketState { Recovery: { } recovery } && recovery.Token == request.Token)
        {
            recovery.IsTakenOver = true;
            socket.Client.End(socket, DisconnectReasons.TransportClose);
        }
    }
}
