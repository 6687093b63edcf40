using System.Diagnostics.CodeAnalysis;
using System.Security.Claims;
using Microsoft.Extensions.Primitives;
using PushApp.Push;

namespace PushApp.SocketIO.Engine;

/// <summary>What is known of the request that opened a session: values copied out of it, so that nothing of the request stays alive.</summary>
internal sealed class EngineHandshake
{
    private readonly ClaimsPrincipal? _user;

    /// <summary>Who opened it, in the few values that permissions rest on.</summary>
    public required PushPrincipal Principal { get; init; }

    /// <summary>The same as ASP.NET Core's principal. Set to null for one that says nothing: that of a visitor is made for whoever asks for it, and not kept.</summary>
    [AllowNull]
    public required ClaimsPrincipal User
    {
        get => _user ?? new ClaimsPrincipal(new ClaimsIdentity());
        init => _user = value;
    }

    /// <summary>The request's headers, without those that hold secrets (<c>Cookie</c>, <c>Authorization</c>, <c>X-Api-Key</c>) and the WebSocket's key. Names are compared without case.</summary>
    public required IReadOnlyDictionary<string, StringValues> Headers { get; init; }

    /// <summary>The query's parameters.</summary>
    public required IReadOnlyDictionary<string, StringValues> Query { get; init; }

    /// <summary>The client's address.</summary>
    public required string? RemoteAddress { get; init; }

    /// <summary>Path and query as requested.</summary>
    public required string Url { get; init; }

    /// <summary>Whether the client came by TLS.</summary>
    public required bool IsSecure { get; init; }

    /// <summary>When the session was opened.</summary>
    public required DateTimeOffset Time { get; init; }
}
