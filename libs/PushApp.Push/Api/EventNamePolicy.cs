using Microsoft.Extensions.Options;

namespace PushApp.Push.Api;

/// <summary>Which event names a request may use: nobody <c>push.*</c>, users none of <c>Push:ReservedEvents</c>.</summary>
internal sealed class EventNamePolicy(IOptions<PushOptions> options)
{
    private const string ControlPrefix = "push.";

    private readonly string[] _reserved = [.. options.Value.ReservedEvents];

    /// <summary>Null when the name may be used; or why not.</summary>
    public string? FindObjection(PushPrincipal principal, string eventName)
    {
        // Without case only here: a page that listens without case must not be fooled by 'Push.reset'.
        if (eventName.StartsWith(ControlPrefix, StringComparison.OrdinalIgnoreCase))
        {
            return $"Events named '{ControlPrefix}*' are sent by the server alone. Choose another name than '{eventName}'.";
        }

        if (principal.ApiKey is null)
        {
            foreach (var pattern in _reserved)
            {
                if (pattern.EndsWith('*')
                    ? eventName.AsSpan().StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.Ordinal)
                    : string.Equals(eventName, pattern, StringComparison.Ordinal))
                {
                    return $"Events named '{pattern}' are sent by the application alone. Choose another name than '{eventName}'.";
                }
            }
        }

        return null;
    }
}
