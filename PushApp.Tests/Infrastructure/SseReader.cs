using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace PushApp.Tests.Infrastructure;

/// <summary>What a browser's EventSource would see, plus the fields it ignores. Written from the WHATWG specification, apart from the code under test.</summary>
internal sealed class SseReader : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _reader;

    private SseReader(HttpResponseMessage response, Stream body)
    {
        _response = response;
        _reader = new StreamReader(body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
    }

    public HttpResponseMessage Response => _response;

    public string LastEventId { get; private set; } = "";

    public string? Retry { get; private set; }

    public List<string> Comments { get; } = [];

    public static async Task<SseReader> OpenAsync(
        HttpClient http, string path, string? user = null, string? lastEventId = null, string? signIn = null, Version? version = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        if (version is not null)
        {
            request.Version = version;
            request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        }

        foreach (var (name, value) in new[] { ("X-Test-User", user), ("Last-Event-ID", lastEventId), ("X-Test-SignIn", signIn) })
        {
            if (value is not null)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }

        var cancellationToken = TestContext.Current.CancellationToken;
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var reader = new SseReader(response, await response.Content.ReadAsStreamAsync(cancellationToken));
        await reader.ReadBlockAsync();
        return reader;
    }

    /// <summary>The next event that a browser would dispatch.</summary>
    /// <exception cref="EndOfStreamException">The stream ended.</exception>
    public async Task<SseEvent> NextAsync(TimeSpan? timeout = null)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(timeout ?? TimeSpan.FromSeconds(30));
        while (true)
        {
            if (await ReadBlockAsync(limit.Token) is { } item)
            {
                return item;
            }
        }
    }

    public async Task<List<SseEvent>> NextAsync(int count)
    {
        var events = new List<SseEvent>(count);
        while (events.Count < count)
        {
            events.Add(await NextAsync());
        }

        return events;
    }

    /// <summary>Reads to the end of the stream.</summary>
    public async Task<List<SseEvent>> ToEndAsync()
    {
        var events = new List<SseEvent>();
        try
        {
            while (true)
            {
                events.Add(await NextAsync());
            }
        }
        catch (EndOfStreamException)
        {
            return events;
        }
    }

    public ValueTask DisposeAsync()
    {
        _reader.Dispose();
        _response.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<SseEvent?> ReadBlockAsync(CancellationToken cancellationToken = default)
    {
        string? name = null, channel = null, traceParent = null;
        StringBuilder? data = null;
        while (true)
        {
            var line = await _reader.ReadLineAsync(cancellationToken) ?? throw new EndOfStreamException("The stream ended.");
            if (line.Length == 0)
            {
                return data is null ? null : new SseEvent(name ?? "message", data.ToString(), LastEventId, channel, traceParent);
            }

            var colon = line.IndexOf(':');
            var field = colon < 0 ? line : line[..colon];
            var value = colon < 0 ? "" : line[(colon + 1)..];
            value = value.StartsWith(' ') ? value[1..] : value;
            switch (field)
            {
                case "":
                    Comments.Add(value);
                    break;
                case "event":
                    name = value;
                    break;
                case "data":
                    data = data is null ? new StringBuilder(value) : data.Append('\n').Append(value);
                    break;
                case "id" when !value.Contains('\0'):
                    LastEventId = value;
                    break;
                case "retry":
                    Retry = value;
                    break;
                case "channel":
                    channel = value;
                    break;
                case "traceparent":
                    traceParent = value;
                    break;
            }
        }
    }
}

internal sealed record SseEvent(string Name, string Data, string Id, string? Channel, string? TraceParent);
