namespace PushApp.Push;

/// <summary>What an API key may do.</summary>
/// <param name="KeyId">The key's public id; never the key.</param>
/// <param name="Channels">Patterns of channels: a name, or a prefix that ends in <c>*</c> (<c>user:*</c>, <c>*</c>).</param>
/// <param name="Scopes">What it may do there.</param>
public sealed record ApiKeyGrant(string KeyId, IReadOnlyList<string> Channels, ApiKeyScopes Scopes);

/// <summary>The scopes of an API key.</summary>
[Flags]
public enum ApiKeyScopes
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Publish to the key's channels.</summary>
    Publish = 1,

    /// <summary>Subscribe to and read the history of the key's channels.</summary>
    Read = 2,

    /// <summary>Purge the key's channels and see their figures.</summary>
    Manage = 4,
}
