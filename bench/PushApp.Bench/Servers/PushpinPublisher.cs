using System.Globalization;
using System.Net;
using System.Text.Json;
using PushApp.Bench.CommandLine;
using PushApp.Bench.Load;
using PushApp.Bench.Processes;

namespace PushApp.Bench.Servers;

/// <summary>
/// The backend behind Pushpin: tells it to hold each client's stream, by GRIP's headers, and posts events to its control port, one after the other so that they keep their order.
/// </summary>
internal static class PushpinPublisher
{
    /// <summary>So many clients connect at once: of a larger burst, Pushpin answers some with 502.</summary>
    public const int OpeningAtOnce = 20;

    private const string Channel = "bench";

    public static async Task<int> RunAsync(ServeSettings settings, CancellationToken cancellationToken)
    {
        var (streams, posts) = (Port("PUSHPIN_PORT"), Port("PUSHPIN_CONTROL_PORT"));
        var builder = BenchHost.CreateBuilder(Port("PUSHPIN_BACKEND_PORT"));
        await using var app = builder.Build();
        var held = 0;
        app.MapGet("/alive", static () => "");
        app.MapGet("/sse", (HttpContext context) =>
        {
            // Pushpin sends the head on when it has subscribed the client.
            Interlocked.Increment(ref held);
            context.Response.Headers["Grip-Hold"] = "stream";
            context.Response.Headers["Grip-Channel"] = Channel;
            context.Response.Headers["Grip-Keep-Alive"] = @":\n\n; format=cstring; timeout=15";
            context.Response.Headers.CacheControl = "no-cache";
            return Results.Text(":\n\n", "text/event-stream");
        });
        await app.StartAsync(cancellationToken);
        await WaitAsync(streams, cancellationToken);
        using var client = new HttpClient();

        long published = 0;
        string? fault = null;
        var waiting = System.Threading.Channels.Channel.CreateUnbounded<long>();
        var posting = PostAsync();
        using var control = new ControlListener(
            () => _ = waiting.Writer.TryWrite(++published),
            () => new ServerFigures(Connections: Volatile.Read(ref held), Published: published, Fault: fault));
        new ReadyLine(streams, control.Port).Write();
        await BenchHost.WaitForEndOfInputAsync(cancellationToken);
        waiting.Writer.Complete();
        await posting;
        await app.StopAsync(CancellationToken.None);
        return 0;

        async Task PostAsync()
        {
            await foreach (var number in waiting.Reader.ReadAllAsync(cancellationToken))
            {
                try
                {
                    var content = string.Create(CultureInfo.InvariantCulture, $"id: {number}\nevent: {Payload.EventName}\ndata: {settings.Data(number)}\n\n");
                    var items = new { items = new[] { new Dictionary<string, object> { ["channel"] = Channel, ["formats"] = new Dictionary<string, object> { ["http-stream"] = new { content } } } } };

                    // With its length: Pushpin reads no chunks there.
                    using var json = new StringContent(JsonSerializer.Serialize(items));
                    using var response = await client.PostAsync($"http://127.0.0.1:{posts}/publish/", json, cancellationToken);
                    response.EnsureSuccessStatusCode();
                }
                catch (HttpRequestException exception)
                {
                    // Told to whoever asks for the figures; the run fails with it.
                    fault ??= exception.Message;
                }
            }
        }
    }

    // Until as many requests as connect at once go through Pushpin and come back.
    private static async Task WaitAsync(int port, CancellationToken cancellationToken)
    {
        using var client = new HttpClient();
        while (true)
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, OpeningAtOnce).Select(_ => IsAliveAsync()));
            if (answers.All(static answer => answer))
            {
                return;
            }

            await Task.Delay(50, cancellationToken);
        }

        async Task<bool> IsAliveAsync()
        {
            try
            {
                using var response = await client.GetAsync($"http://127.0.0.1:{port}/alive", cancellationToken);
                return response.StatusCode == HttpStatusCode.OK;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet. Whoever started this process bounds the wait.
                return false;
            }
        }
    }

    private static int Port(string variable) => int.Parse(
        Environment.GetEnvironmentVariable(variable) ?? throw new UsageException($"Set {variable}."), CultureInfo.InvariantCulture);
}
