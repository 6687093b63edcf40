namespace PushApp.Push;

/// <summary>
/// Who holds a stream or publishes: the few values that deciding and re-deciding a permission needs. An open stream keeps this and nothing of its request.
/// </summary>
/// <param name="UserName">The signed-in user's name; null for a visitor or an API key.</param>
/// <param name="SignInId">The sign-in that this rests on (<see cref="PushClaims.SignInId"/>); when it ends, so do the streams that rest on it.</param>
/// <param name="ApiKey">The API key's id and scopes; null for users.</param>
public sealed record PushPrincipal(string? UserName, string? SignInId = null, ApiKeyGrant? ApiKey = null)
{
    /// <summary>The hash of the API key that was given, so that a key which was replaced since ends what rests on the old one.</summary>
    internal string? ApiKeyHash { get; init; }

    /// <summary>Whoever is not signed in.</summary>
    public static PushPrincipal Anonymous { get; } = new((string?)null);

    /// <summary>Whether somebody stands behind this.</summary>
    public bool IsAuthenticated => UserName is not null || ApiKey is not null;
}
