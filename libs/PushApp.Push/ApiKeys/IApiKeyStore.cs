namespace PushApp.Push;

/// <summary>
/// Finds API keys by their id. Thread-safe; a singleton. Asked once per request that carries a key, and again every few seconds for keys that open streams rest on,
/// so a key that is no longer found ends its streams too.
/// </summary>
public interface IApiKeyStore
{
    /// <summary>The key with this id; null when there is none, or it was revoked. An exception answers the request with 503.</summary>
    /// <param name="keyId">Comes from the request: 1 to 64 letters, digits, <c>-</c> and <c>.</c>.</param>
    /// <param name="cancellationToken">Ends with the request.</param>
    ValueTask<StoredApiKey?> FindAsync(string keyId, CancellationToken cancellationToken);
}

/// <summary>A key as it is stored.</summary>
/// <param name="Hash">SHA-256 of the whole key, as <see cref="ApiKey.Hash"/> gives it.</param>
/// <param name="Grant">What it may do.</param>
public sealed record StoredApiKey(string Hash, ApiKeyGrant Grant);
