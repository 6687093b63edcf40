using Microsoft.Extensions.Options;

namespace PushApp.Push.Api;

/// <summary>Checks <c>Push:ReservedEvents</c> at start.</summary>
internal sealed class PublishApiOptionsValidator : IValidateOptions<PushOptions>
{
    public ValidateOptionsResult Validate(string? name, PushOptions options)
    {
        List<string> faults = [];
        foreach (var pattern in options.ReservedEvents)
        {
            if (string.IsNullOrEmpty(pattern) || pattern.AsSpan(0, pattern.Length - 1).Contains('*'))
            {
                faults.Add($"{PushOptions.SectionName}:ReservedEvents holds '{pattern}': write an event's name, or a prefix that ends in '*', as in 'import.*'.");
            }
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
