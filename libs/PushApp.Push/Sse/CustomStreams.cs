using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using PushApp.Push.Hub;
using PushApp.Push.Telemetry;

namespace PushApp.Push.Sse;

/// <summary>Opens an application's own streams: counted, ended with the sign-in and with the node, as those of channels.</summary>
internal sealed class CustomStreams(
    StreamGate gate, StreamRegistry registry, AccessRecheck recheck, PushMetrics metrics, IOptions<PushOptions> options, IHostApplicationLifetime lifetime, TimeProvider time)
{
    private const string Transport = "sse-custom";

    public async Task RunAsync(HttpContext context, IAsyncEnumerable<ServerSentEvent> events)
    {
        var (principal, refusal) = await gate.IdentifyAsync(context).ConfigureAwait(false);
        var lease = default(StreamLease);
        if ((refusal ?? gate.Enter(context, principal!, out lease)) is { } answer)
        {
            await answer.ExecuteAsync(context).ConfigureAwait(false);
            return;
        }

        using var stream = new CustomStream(context, principal!, options.Value.Streams, time);
        registry.Add(stream);
        recheck.EnsureStarted();
        metrics.ConnectionOpened(Transport);
        try
        {
            using var stopping = lifetime.ApplicationStopping.UnsafeRegister(static state => ((CustomStream)state!).End(CloseReason.Shutdown), stream);
            await stream.RunAsync(events).ConfigureAwait(false);
        }
        finally
        {
            metrics.ConnectionClosed(Transport);
            registry.Remove(stream);
            gate.Leave(lease);
        }
    }
}
