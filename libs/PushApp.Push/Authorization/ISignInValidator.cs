namespace PushApp.Push;

/// <summary>
/// Tells which sign-ins have ended (signed out, expired, locked out, deleted). Asked in batches, every few seconds, for the sign-ins that open streams rest on.
/// Without one registered, a stream lasts as long as its permission.
/// </summary>
public interface ISignInValidator
{
    /// <summary>Those of <paramref name="signInIds"/> that no longer hold. An exception counts as "unknown": nothing is ended.</summary>
    ValueTask<IReadOnlyCollection<string>> FindEndedAsync(IReadOnlyCollection<string> signInIds, CancellationToken cancellationToken);
}
