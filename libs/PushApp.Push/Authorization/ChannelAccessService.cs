using System.Runtime.ExceptionServices;
using PushApp.Push.Inspection;
using PushApp.Push.Telemetry;

namespace PushApp.Push;

/// <summary>Asks every registered <see cref="IChannelAuthorizer"/>; one that grants is enough.</summary>
internal sealed class ChannelAccessService(IEnumerable<IChannelAuthorizer> authorizers, IApiKeyStore apiKeys, PushMetrics metrics, NodeRecorder? recorder = null)
{
    private readonly IChannelAuthorizer[] _authorizers = [.. authorizers];

    /// <summary>Whether a request's principal, which was just read, may do this.</summary>
    /// <exception cref="Exception">An authorizer failed and none of the others grants: unknown.</exception>
    public async ValueTask<bool> IsAllowedAsync(PushPrincipal principal, ChannelName channel, ChannelAccess access, CancellationToken cancellationToken)
    {
        if (await IsGrantedAsync(principal, channel, access, cancellationToken))
        {
            return true;
        }

        metrics.Refused(channel, access);
        recorder?.Refused(principal, channel, access);
        return false;
    }

    /// <summary>The same, where nobody asks for it: a refusal is none.</summary>
    /// <exception cref="Exception">As <see cref="IsAllowedAsync"/>.</exception>
    public async ValueTask<bool> IsGrantedAsync(PushPrincipal principal, ChannelName channel, ChannelAccess access, CancellationToken cancellationToken)
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

    /// <summary>
    /// The principal of a stream that opened a while ago, as it stands now: with the API key's present grant; null when the key was revoked or replaced.
    /// </summary>
    /// <exception cref="Exception">The store failed: unknown.</exception>
    public async ValueTask<PushPrincipal?> RefreshAsync(PushPrincipal principal, CancellationToken cancellationToken)
    {
        if (principal.ApiKey is not { } held)
        {
            return principal;
        }

        return await apiKeys.FindAsync(held.KeyId, cancellationToken) is { } stored && (principal.ApiKeyHash is null || principal.ApiKeyHash == stored.Hash)
            ? principal with { ApiKey = stored.Grant }
            : null;
    }
}
