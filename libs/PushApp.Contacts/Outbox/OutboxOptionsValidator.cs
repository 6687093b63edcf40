using Microsoft.Extensions.Options;

namespace PushApp.Contacts;

internal sealed class OutboxOptionsValidator : IValidateOptions<OutboxOptions>
{
    public ValidateOptionsResult Validate(string? name, OutboxOptions options)
    {
        var faults = new List<string>();
        if (options.PollInterval < TimeSpan.FromMilliseconds(100) || options.PollInterval > TimeSpan.FromMinutes(1))
        {
            faults.Add($"{OutboxOptions.SectionName}:PollInterval is {options.PollInterval}; set it to a value from 00:00:00.1 to 00:01:00.");
        }

        if (options.Lease < TimeSpan.FromSeconds(1) || options.Lease > TimeSpan.FromMinutes(5))
        {
            faults.Add($"{OutboxOptions.SectionName}:Lease is {options.Lease}; set it to a value from 00:00:01 to 00:05:00.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
