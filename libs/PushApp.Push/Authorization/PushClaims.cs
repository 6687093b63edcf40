namespace PushApp.Push;

/// <summary>The claims that PushApp reads from a request's principal.</summary>
public static class PushClaims
{
    /// <summary>The id of the sign-in behind the request; streams end when <see cref="ISignInValidator"/> says that it has ended.</summary>
    public const string SignInId = "push:signin";
}
