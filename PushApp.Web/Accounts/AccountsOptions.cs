using Microsoft.Extensions.Options;

namespace PushApp.Web.Accounts;

/// <summary>Accounts and sign-ins; section <c>Accounts</c> of the configuration. Validated at start.</summary>
internal sealed class AccountsOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Accounts";

    /// <summary>How long a sign-in lasts at most, however often it is used. 5 min to 365 days. <value>Default 30 days.</value></summary>
    public TimeSpan SignInLifetime { get; set; } = TimeSpan.FromDays(30);

    /// <summary>
    /// Other origins whose pages may change state with a user's cookie, as in <c>https://admin.example.com</c>. The site's own origin needs no entry. <value>Default none.</value>
    /// </summary>
    public List<string> TrustedOrigins { get; set; } = [];
}

internal sealed class AccountsOptionsValidator : IValidateOptions<AccountsOptions>
{
    private static readonly TimeSpan MinLifetime = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan MaxLifetime = TimeSpan.FromDays(365);

    public ValidateOptionsResult Validate(string? name, AccountsOptions options)
    {
        List<string> faults = [];
        if (options.SignInLifetime < MinLifetime || options.SignInLifetime > MaxLifetime)
        {
            faults.Add($"Accounts:SignInLifetime is {options.SignInLifetime}; give a time from 00:05:00 to 365.00:00:00, as in 30.00:00:00.");
        }

        foreach (var origin in options.TrustedOrigins)
        {
            if (!Uri.TryCreate(origin, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.GetLeftPart(UriPartial.Authority) != origin)
            {
                faults.Add($"Accounts:TrustedOrigins holds '{origin}'; give scheme, host and, where it is not the usual one, port, as in https://admin.example.com.");
            }
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
