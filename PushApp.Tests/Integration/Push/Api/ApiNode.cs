using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using PushApp.Push;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Push.Api;

/// <summary>A node with the API and a stream, and an API key for everything.</summary>
internal sealed class ApiNode(PushNode node, NewApiKey key) : IAsyncDisposable
{
    public PushNode Node { get; } = node;

    public NewApiKey Key { get; } = key;

    public static async Task<ApiNode> StartAsync(
        BrokerProcess broker, Action<PushOptions>? configure = null, Action<IPushBuilder>? build = null, string? redis = null)
    {
        var key = ApiKey.Create("all");
        var node = await PushNode.StartAsync(
            redis ?? broker.ConnectionString,
            Guid.NewGuid().ToString("N"),
            configure: builder =>
            {
                var push = builder.Services.AddPush(options =>
                {
                    options.ApiKeys["all"] = new ApiKeyOptions
                    {
                        Hash = key.Hash,
                        Channels = ["*"],
                        Scopes = ApiKeyScopes.Publish | ApiKeyScopes.Read | ApiKeyScopes.Manage,
                    };
                    configure?.Invoke(options);
                });
                build?.Invoke(push);
            },
            map: app =>
            {
                app.MapServerSentEvents("/sse");
                app.MapPublishApi();
            });
        return new ApiNode(node, key);
    }

    /// <summary>Publishes a body as it is.</summary>
    public Task<HttpResponseMessage> PostAsync(
        string channel, string body, string? user = null, string? key = null, string? idempotencyKey = null, string contentType = "application/json")
    {
        var content = new StringContent(body, Encoding.UTF8);
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        return SendAsync(HttpMethod.Post, $"/api/channels/{channel}/events", user, key, request =>
        {
            request.Content = content;
            if (idempotencyKey is not null)
            {
                request.Headers.Add("Idempotency-Key", idempotencyKey);
            }
        });
    }

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? user = null, string? key = null, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(Node.Address, path));
        if (user is not null)
        {
            request.Headers.Add("X-Test-User", user);
        }

        if (key is not null)
        {
            request.Headers.Add("X-Api-Key", key);
        }

        change?.Invoke(request);
        return await Node.Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Reads a channel's log with the key for everything.</summary>
    public async Task<JsonElement> HistoryAsync(string channel, string query = "")
    {
        using var response = await SendAsync(HttpMethod.Get, $"/api/channels/{channel}/history{query}", key: Key.Key);
        response.EnsureSuccessStatusCode();
        return await JsonAsync(response);
    }

    public static Task<JsonElement> JsonAsync(HttpResponseMessage response) =>
        response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => Node.DisposeAsync();
}
