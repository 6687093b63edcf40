namespace PushApp.Push.Api;

/// <summary>The store of API keys or an authorizer failed, so whether the request is permitted is unknown.</summary>
internal sealed class PermissionUnknownException(Exception innerException) : Exception("Whether the request is permitted is unknown.", innerException);
