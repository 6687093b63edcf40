using Microsoft.Extensions.Options;

namespace PushApp.Web.Inspector;

/// <summary>Who may look into the nodes: the accounts that the configuration names; in Development everybody who is signed in.</summary>
internal sealed class InspectorAccess(IOptions<InspectorOptions> options, IHostEnvironment environment)
{
    private readonly HashSet<string> _administrators = new(options.Value.Administrators.Select(name => name.Trim()), StringComparer.OrdinalIgnoreCase);

    /// <param name="userName">The signed-in user; null or empty for nobody.</param>
    public bool IsAdministrator(string? userName) => !string.IsNullOrEmpty(userName) && (environment.IsDevelopment() || _administrators.Contains(userName));
}
