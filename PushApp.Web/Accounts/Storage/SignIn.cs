namespace PushApp.Web.Accounts;

/// <summary>One sign-in of a user, by cookie or by bearer token: what requests and streams rest on until it ends.</summary>
internal sealed class SignIn
{
    /// <summary>128 random bits, in hexadecimal digits; the principal carries it as a claim.</summary>
    public required string Id { get; init; }

    public required string UserId { get; init; }

    /// <summary>
    /// The user's security stamp at that time. Identity changes the stamp whenever a password or another credential changes, which ends every sign-in made before.
    /// </summary>
    public required string SecurityStamp { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When the user signed out; null until then.</summary>
    public DateTimeOffset? EndedAt { get; set; }
}
