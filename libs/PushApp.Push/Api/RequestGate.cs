using Microsoft.AspNetCore.Http;

namespace PushApp.Push.Api;

/// <summary>What every endpoint asks first: which channel, and who is it?</summary>
internal sealed class RequestGate(PushPrincipalAccessor principals, ChannelAccessService access)
{
    /// <summary>The channel and the principal; or the refusal.</summary>
    public async ValueTask<(ChannelName Channel, PushPrincipal Principal, IResult? Refusal)> EnterAsync(HttpContext context)
    {
        // Answers here are for one person and change with every event.
        context.Response.Headers.CacheControl = "no-store";

        PushPrincipal? principal;
        try
        {
            principal = await principals.GetAsync(context);
        }
        catch (Exception exception) when (!context.RequestAborted.IsCancellationRequested)
        {
            throw new PermissionUnknownException(exception);
        }

        if (principal is null)
        {
            return (default, PushPrincipal.Anonymous, ApiProblems.Unauthorized(context, invalid: true));
        }

        return ChannelName.TryParse(ChannelInUrl.Find(context), out var channel, out var error)
            ? (channel, principal, null)
            : (default, principal, ApiProblems.BadRequest(error));
    }

    /// <summary>Null when the principal may do this with the channel; or the refusal.</summary>
    public async ValueTask<IResult?> RefuseUnlessAllowedAsync(HttpContext context, PushPrincipal principal, ChannelName channel, ChannelAccess what)
    {
        try
        {
            if (await access.IsAllowedAsync(principal, channel, what, context.RequestAborted))
            {
                return null;
            }
        }
        catch (Exception exception) when (!context.RequestAborted.IsCancellationRequested)
        {
            throw new PermissionUnknownException(exception);
        }

        if (!principal.IsAuthenticated)
        {
            return ApiProblems.Unauthorized(context, invalid: false);
        }

        var (verb, scope) = what switch
        {
            ChannelAccess.Publish => ("publish to", ApiKeyScopes.Publish),
            ChannelAccess.Presence => ("see who is in", ApiKeyScopes.Manage),
            _ => ("read", ApiKeyScopes.Read),
        };
        return ApiProblems.Forbidden(principal.ApiKey is { } key
            ? $"The API key '{key.KeyId}' may not {verb} the channel '{channel}'. Give it a matching channel pattern and the scope {scope}, or use another key."
            : $"You may not {verb} the channel '{channel}'. Use a channel of your own, such as 'user:{{your name}}', or ask whoever runs this application.");
    }
}
