using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace PushApp.Tests.Integration.SocketIO.Engine;

/// <summary>What a client of Engine.IO does, request by request.</summary>
internal sealed class EngineClient : IDisposable
{
    private readonly HttpClient _http;

    public EngineClient(Uri address, string version = "4")
    {
        Version = version;
        _http = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = address };
    }

    public HttpClient Http => _http;

    public string Version { get; }

    /// <summary>Sent with every request.</summary>
    public string? User { get; set; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The handshake by polling; returns the session's id.</summary>
    public async Task<string> OpenAsync(string more = "")
    {
        using var response = await SendAsync(HttpMethod.Get, $"transport=polling{more}");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var body = await response.Content.ReadAsStringAsync(Token);
        return Handshake(Version == "4" ? body : body[(body.IndexOf(':') + 1)..]).GetProperty("sid").GetString()!;
    }

    public static JsonElement Handshake(string packet)
    {
        Assert.StartsWith("0", packet, StringComparison.Ordinal);
        return JsonDocument.Parse(packet[1..]).RootElement;
    }

    public Task<HttpResponseMessage> PollAsync(string sid, CancellationTokenSource? cancel = null) =>
        SendAsync(HttpMethod.Get, $"transport=polling&sid={sid}", cancel: cancel);

    /// <summary>A poll that is answered with packets.</summary>
    public async Task<string> PollTextAsync(string sid)
    {
        using var response = await PollAsync(sid);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync(Token);
    }

    public async Task<HttpStatusCode> PollStatusAsync(string sid)
    {
        using var response = await PollAsync(sid);
        return response.StatusCode;
    }

    public Task<HttpResponseMessage> PostAsync(string sid, string body) => PostAsync(sid, new ByteArrayContent(Encoding.UTF8.GetBytes(body)));

    public Task<HttpResponseMessage> PostAsync(string sid, HttpContent body) => SendAsync(HttpMethod.Post, $"transport=polling&sid={sid}", body);

    public async Task PostOkAsync(string sid, string body)
    {
        using var response = await PostAsync(sid, body);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("ok", await response.Content.ReadAsStringAsync(Token));
    }

    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string query, HttpContent? body = null, Action<HttpRequestMessage>? prepare = null, bool withVersion = true, CancellationTokenSource? cancel = null)
    {
        using var request = new HttpRequestMessage(method, $"{EngineNode.Path}?{(withVersion ? $"EIO={Version}&" : "")}{query}") { Content = body };
        if (User is not null)
        {
            request.Headers.Add("X-Test-User", User);
        }

        prepare?.Invoke(request);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel?.Token ?? default, Token);
        return await _http.SendAsync(request, both.Token);
    }

    /// <summary>Opens a WebSocket: of a session's own, or, with an id, for its upgrade.</summary>
    public async Task<EngineSocket> ConnectAsync(string? sid = null, string? query = null, Action<ClientWebSocketOptions>? prepare = null)
    {
        var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        if (User is not null)
        {
            socket.Options.SetRequestHeader("X-Test-User", User);
        }

        prepare?.Invoke(socket.Options);
        query ??= $"EIO={Version}&transport=websocket{(sid is null ? "" : $"&sid={sid}")}";
        var address = new UriBuilder(_http.BaseAddress!) { Scheme = "ws", Path = EngineNode.Path, Query = query }.Uri;
        try
        {
            await socket.ConnectAsync(address, Token);
        }
        catch (WebSocketException error)
        {
            var status = socket.HttpStatusCode;
            socket.Dispose();
            throw new UpgradeRefusedException(status, error);
        }

        return new EngineSocket(socket);
    }

    /// <summary>The status that refuses a WebSocket.</summary>
    public async Task<HttpStatusCode> RefusedAsync(string? sid = null, string? query = null, Action<ClientWebSocketOptions>? prepare = null)
    {
        var refused = await Assert.ThrowsAsync<UpgradeRefusedException>(() => ConnectAsync(sid, query, prepare));
        return refused.Status;
    }

    public void Dispose() => _http.Dispose();
}

internal sealed class UpgradeRefusedException(HttpStatusCode status, Exception inner) : Exception($"The WebSocket was refused: {(int)status}.", inner)
{
    public HttpStatusCode Status { get; } = status;
}
