using Microsoft.Extensions.Options;

namespace PushApp.Push;

/// <summary>Reports every fault of <c>Push:ApiKeys</c> at start, with the full key and what to set.</summary>
internal sealed class ApiKeyOptionsValidator : IValidateOptions<PushOptions>
{
    private const ApiKeyScopes AllScopes = ApiKeyScopes.Publish | ApiKeyScopes.Read | ApiKeyScopes.Manage;

    public ValidateOptionsResult Validate(string? name, PushOptions options)
    {
        List<string> faults = [];
        foreach (var (id, key) in options.ApiKeys)
        {
            var path = $"{PushOptions.SectionName}:ApiKeys:{id}";
            if (!ApiKey.IsId(id))
            {
                faults.Add($"{path}: an id has 1 to {ApiKey.MaxIdLength} letters, digits, '-' and '.', such as 'crm'.");
            }

            if (!ApiKey.IsHash(key.Hash))
            {
                // The value is not shown: it may be the key itself, set here by mistake.
                faults.Add($"{path}:Hash is no SHA-256 of a key: set the 64 hexadecimal digits that ApiKey.Create() gives, or `printf %s \"$key\" | sha256sum`.");
            }

            if (key.Channels.Count == 0)
            {
                faults.Add($"{path}:Channels is empty: name the channels, as in 'user:*' or 'broadcast'; '*' is every channel.");
            }

            foreach (var pattern in key.Channels)
            {
                if (!ChannelPattern.IsValid(pattern, out var error))
                {
                    faults.Add($"{path}:Channels: {error}");
                }
            }

            if (key.Scopes == ApiKeyScopes.None || (key.Scopes & ~AllScopes) != 0)
            {
                faults.Add($"{path}:Scopes is '{key.Scopes}': set one or more of Publish, Read and Manage, as in 'Publish, Read'.");
            }
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
