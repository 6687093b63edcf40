using Microsoft.AspNetCore.Authorization;

namespace PushApp.Web.Inspector;

/// <summary>Whoever asks is one of <see cref="InspectorAccess"/>.</summary>
internal sealed class InspectorRequirement : IAuthorizationRequirement
{
    /// <summary>The policy's name.</summary>
    public const string Policy = "Inspector";
}

internal sealed class InspectorRequirementHandler(InspectorAccess access) : AuthorizationHandler<InspectorRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, InspectorRequirement requirement)
    {
        if (context.User.Identity is { IsAuthenticated: true } identity && access.IsAdministrator(identity.Name))
        {
            context.Succeed(requirement);
        }

        return Task.CompletedTask;
    }
}
