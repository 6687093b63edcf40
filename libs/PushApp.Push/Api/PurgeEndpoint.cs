using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace PushApp.Push.Api;

/// <summary><c>DELETE /{channel}</c>: for API keys with the scope Manage alone.</summary>
internal static class PurgeEndpoint
{
    public static async Task<IResult> HandleAsync(HttpContext context, [FromServices] RequestGate gate, [FromServices] IPushPublisher publisher)
    {
        var (channel, principal, refusal) = await gate.EnterAsync(context);
        if (refusal is not null)
        {
            return refusal;
        }

        if (!principal.IsAuthenticated)
        {
            return ApiProblems.Unauthorized(context, invalid: false);
        }

        if (principal.ApiKey is not { } key)
        {
            return ApiProblems.Forbidden($"A channel is purged by an API key with the scope {ApiKeyScopes.Manage}, not by a user.");
        }

        if (!key.Allows(channel, ApiKeyScopes.Manage))
        {
            return ApiProblems.Forbidden(
                $"The API key '{key.KeyId}' may not purge the channel '{channel}'. Give it a matching channel pattern and the scope {ApiKeyScopes.Manage}, or use another key.");
        }

        await publisher.PurgeAsync(channel, context.RequestAborted);
        return Results.NoContent();
    }
}
