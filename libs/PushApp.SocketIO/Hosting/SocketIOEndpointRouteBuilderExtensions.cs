using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using PushApp.Push.Hub;
using PushApp.SocketIO.Engine;

namespace PushApp.SocketIO;

/// <summary>Maps Socket.IO.</summary>
public static class SocketIOEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps a Socket.IO server to a path, for all methods. The official clients look for <c>/socket.io</c>. Put it where the application's authentication has run, so that
    /// namespaces know who connects; it needs no <c>UseWebSockets</c>.
    /// </summary>
    /// <param name="endpoints">The routes.</param>
    /// <param name="path">The path; <c>/socket.io</c> also answers <c>/socket.io/</c>.</param>
    /// <param name="configure">Maps the namespaces.</param>
    /// <exception cref="InvalidOperationException">A namespace or one of its methods cannot be mapped; the message names it. Or a server is mapped already.</exception>
    public static IEndpointConventionBuilder MapSocketIO(this IEndpointRouteBuilder endpoints, string path, Action<SocketIOBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(configure);
        var server = endpoints.ServiceProvider.GetService<SocketServer>()
            ?? throw new InvalidOperationException("Call builder.Services.AddSocketIO() before app.MapSocketIO(…).");
        server.BeginMapping(path);
        var builder = new SocketIOBuilder(server);
        configure(builder);
        builder.Build();
        if (endpoints.ServiceProvider.GetService<StreamRegistry>() is { } streams)
        {
            // None where the server is alone, without PushApp.Push.
            streams.IsMapped = true;
        }

        var engine = endpoints.ServiceProvider.GetRequiredService<EngineServerFactory>().Create(() => new SocketClient(server));
        return endpoints.Map(path, engine.HandleAsync).WithDisplayName($"Socket.IO {path}");
    }
}
