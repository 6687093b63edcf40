// Two instances beside one Redis: what is published at one reaches browsers at the other. README.md in this folder has the commands.
using PushApp.Push;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddPush();

var app = builder.Build();
app.MapServerSentEvents("/sse");
app.MapPost("/say", async (SayRequest request, IPushPublisher publisher, CancellationToken cancellationToken) =>
    await publisher.PublishAsync(ChannelName.Broadcast, "said", request, cancellationToken: cancellationToken));
app.MapGet("/", () => Results.Content("""
    <!doctype html><title>PushSample</title><ul id="said"></ul>
    <script>
      new EventSource('/sse').addEventListener('said', e => said.append(JSON.parse(e.data).text, document.createElement('br')));
    </script>
    """, "text/html"));
app.Run();

internal sealed record SayRequest(string Text);
