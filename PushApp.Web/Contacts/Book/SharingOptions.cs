using Microsoft.Extensions.Options;

namespace PushApp.Web.Contacts;

/// <summary>How much one user may share; section <c>Sharing</c> of the configuration. Validated at start. Each web node counts by itself.</summary>
internal sealed class SharingOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Sharing";

    /// <summary>Contacts that may be shared at once. 1 to 10,000. <value>Default 30.</value></summary>
    public int Burst { get; set; } = 30;

    /// <summary>Contacts that may be shared over time, in a minute. 1 to 10,000. <value>Default 30.</value></summary>
    public int PerMinute { get; set; } = 30;
}

/// <summary>Names every setting that is out of its bounds, and the bounds.</summary>
internal sealed class SharingOptionsValidator : IValidateOptions<SharingOptions>
{
    private const int Max = 10_000;

    public ValidateOptionsResult Validate(string? name, SharingOptions options)
    {
        (string Key, int Value)[] values = [(nameof(options.Burst), options.Burst), (nameof(options.PerMinute), options.PerMinute)];
        var faults = values.Where(item => item.Value is < 1 or > Max)
            .Select(item => $"{SharingOptions.SectionName}:{item.Key} is {item.Value}; set it to a number from 1 to {Max}.").ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
