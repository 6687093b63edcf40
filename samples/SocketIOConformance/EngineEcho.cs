using PushApp.SocketIO.Engine;

namespace SocketIOConformance;

/// <summary>Engine.IO alone: every message goes back as it came. Applications map Socket.IO; this reaches below it, as the suites of Engine.IO do.</summary>
internal sealed class EngineEcho : IEngineListener
{
    private IEngineSession? _session;

    public void OnOpen(IEngineSession session) => _session = session;

    public ValueTask OnMessageAsync(EngineMessage message)
    {
        _session!.Send([message]);
        return ValueTask.CompletedTask;
    }

    public void OnClose(string reason)
    {
        // Nothing is kept of a session.
    }
}

internal static class EngineEchoExtensions
{
    public static IServiceCollection AddEngineEcho(this IServiceCollection services) => services.AddEngineIO();

    public static IEndpointConventionBuilder MapEngineEcho(this IEndpointRouteBuilder endpoints, string path)
    {
        var server = endpoints.ServiceProvider.GetRequiredService<EngineServerFactory>().Create(() => new EngineEcho());
        return endpoints.Map(path, server.HandleAsync);
    }
}
