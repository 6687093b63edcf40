using System.Collections.Frozen;
using Microsoft.Extensions.Options;

namespace PushApp.Push;

/// <summary>The keys of <c>Push:ApiKeys</c>.</summary>
internal sealed class ConfigurationApiKeyStore(IOptions<PushOptions> options) : IApiKeyStore
{
    private readonly FrozenDictionary<string, StoredApiKey> _keys = options.Value.ApiKeys.ToFrozenDictionary(
        entry => entry.Key,
        entry => new StoredApiKey(entry.Value.Hash, new ApiKeyGrant(entry.Key, [.. entry.Value.Channels], entry.Value.Scopes)),
        StringComparer.Ordinal);

    public ValueTask<StoredApiKey?> FindAsync(string keyId, CancellationToken cancellationToken) => new(_keys.GetValueOrDefault(keyId));
}
