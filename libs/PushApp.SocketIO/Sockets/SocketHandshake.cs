using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using PushApp.SocketIO.Engine;

namespace PushApp.SocketIO;

/// <summary>What a client said when it connected: the request that opened the connection, and the payload for this namespace.</summary>
public sealed class SocketHandshake
{
    private static readonly JsonElement Nothing = JsonSerializer.Deserialize<JsonElement>("{}");

    // The packet's reader has bounded it already.
    private static readonly JsonSerializerOptions AnyDepth = new() { MaxDepth = 1000 };

    private readonly EngineHandshake _engine;

    internal SocketHandshake(EngineHandshake engine, ReadOnlyMemory<byte> auth)
    {
        _engine = engine;
        Auth = auth.IsEmpty ? Nothing : JsonSerializer.Deserialize<JsonElement>(auth.Span, AnyDepth);
    }

    /// <summary>Of a client of protocol 3, which has no <c>auth</c>: its query, of each name the first value.</summary>
    internal SocketHandshake(EngineHandshake engine, string query)
    {
        _engine = engine;
        var auth = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in new QueryStringEnumerable(query))
        {
            auth.TryAdd(pair.DecodeName().ToString(), pair.DecodeValue().ToString());
        }

        Auth = auth.Count == 0 ? Nothing : JsonSerializer.SerializeToElement(auth);
    }

    /// <summary>
    /// The client's <c>auth</c>; an empty object for none. Of socket.io-client 2, which has none, the <c>query</c> that it gives for a namespace other than the main one: of each name the first value, as text.
    /// Untrusted.
    /// </summary>
    public JsonElement Auth { get; }

    /// <summary>The request's headers, without those that hold secrets (<c>Cookie</c>, <c>Authorization</c>, <c>X-Api-Key</c>) and the WebSocket's key.</summary>
    public IReadOnlyDictionary<string, StringValues> Headers => _engine.Headers;

    /// <summary>The query of the connection's URL, the client's <c>query</c> option among it.</summary>
    public IReadOnlyDictionary<string, StringValues> Query => _engine.Query;

    /// <summary>The client's address.</summary>
    public string? RemoteAddress => _engine.RemoteAddress;

    /// <summary>Path and query as requested.</summary>
    public string Url => _engine.Url;

    /// <summary>Whether the client came by TLS.</summary>
    public bool IsSecure => _engine.IsSecure;

    /// <summary>When the connection was opened.</summary>
    public DateTimeOffset Time => _engine.Time;
}
