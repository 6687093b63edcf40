using System.Runtime.ExceptionServices;

namespace PushApp.Push;

/// <summary>Asks every registered <see cref="IChannelAuthorizer"/>; one that grants is enough.</summary>
internal sealed class ChannelAccessService(IEnumerable<IChannelAuthorizer> authorizers, IApiKeyStore apiKeys)
{
    private readonly IChannelAuthorizer[] _authorizers = [.. authorizers];

    /// <summary>Whether a request's principal, which was just read, may do this.</summary>
    /// <exception cref="Exception">An authorizer failed and none of the others grants: unknown.</exception>
    public async ValueTask<bool> IsAllowedAsync(PushPrincipal principal, ChannelName channel, ChannelAccess access, CancellationToken cancellationToken)
    {
        ExceptionDispatchInfo? failure = null;
        foreach (var authorizer in _authorizers)
        {
            try
            {
                if (await authorizer.IsAllowedAsync(principal, channel, access, cancellationToken))
                {
                    return true;
                }
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                // What one cannot tell another may still grant; if none does, the caller learns why it is not known.
                failure ??= ExceptionDispatchInfo.Capture(exception);
            }
        }

        failure?.Throw();
        return false;
    }

    /// <summary>Whether the API key that a principal came with, if it came with one, is still there and the same.</summary>
    /// <exception cref="Exception">The store failed: unknown.</exception>
    public async ValueTask<bool> IsStillKnownAsync(PushPrincipal principal, CancellationToken cancellationToken) =>
        principal.ApiKey is not { } held
        || (await apiKeys.FindAsync(held.KeyId, cancellationToken) is { } stored && (principal.ApiKeyHash is null || principal.ApiKeyHash == stored.Hash));

    /// <summary>Whether the principal of a stream that opened a while ago may still do this; an API key is looked up anew, as it may have been revoked or changed.</summary>
    /// <exception cref="Exception">The store or an authorizer failed: unknown.</exception>
    public async ValueTask<bool> IsStillAllowedAsync(PushPrincipal principal, ChannelName channel, ChannelAccess access, CancellationToken cancellationToken)
    {
        if (principal.ApiKey is { } held)
        {
            if (await apiKeys.FindAsync(held.KeyId, cancellationToken) is not { } stored)
            {
                return false;
            }

            principal = principal with { ApiKey = stored.Grant };
        }

        return await IsAllowedAsync(principal, channel, access, cancellationToken);
    }
}
