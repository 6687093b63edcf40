using Microsoft.Extensions.Options;

namespace PushApp.Web.Inspector;

/// <summary>The Inspector; section <c>Inspector</c> of the configuration. Validated at start.</summary>
internal sealed class InspectorOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Inspector";

    /// <summary>What stands for the trace in <see cref="TraceUrl"/>.</summary>
    public const string TraceIdPlaceholder = "{traceId}";

    /// <summary>The accounts that may use it, by their user names (case does not count). In Development every signed-in user may. <value>Default none.</value></summary>
    public List<string> Administrators { get; set; } = [];

    /// <summary>
    /// Where a trace is shown, as in <c>https://localhost:17080/traces/detail/{traceId}</c>. The AppHost sets it to its dashboard's. <value>Default null: traces are named, not linked.</value>
    /// </summary>
    public string? TraceUrl { get; set; }
}

internal sealed class InspectorOptionsValidator : IValidateOptions<InspectorOptions>
{
    public ValidateOptionsResult Validate(string? name, InspectorOptions options)
    {
        List<string> faults = [];
        for (var i = 0; i < options.Administrators.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(options.Administrators[i]))
            {
                faults.Add($"Inspector:Administrators:{i} is empty; give an account's user name, as in ann@example.com.");
            }
        }

        if (!string.IsNullOrEmpty(options.TraceUrl)
            && (!options.TraceUrl.Contains(InspectorOptions.TraceIdPlaceholder, StringComparison.Ordinal)
                || !Uri.TryCreate(options.TraceUrl.Replace(InspectorOptions.TraceIdPlaceholder, "0", StringComparison.Ordinal), UriKind.Absolute, out var uri)
                || uri.Scheme is not ("http" or "https")))
        {
            faults.Add($"Inspector:TraceUrl is '{options.TraceUrl}'; give an http(s) address that holds {InspectorOptions.TraceIdPlaceholder}, as in https://localhost:17080/traces/detail/{InspectorOptions.TraceIdPlaceholder}.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
