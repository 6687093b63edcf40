using System.Globalization;
using Microsoft.Extensions.Options;

namespace PushApp.Dashboard.Configuration;

/// <summary>Reports all faults at once.</summary>
internal sealed class ValidateDashboardOptions : IValidateOptions<DashboardOptions>
{
    private const int MinKeyLength = 16;

    public ValidateOptionsResult Validate(string? name, DashboardOptions options)
    {
        List<string> faults = [];
        Url(nameof(options.FrontendUrl), options.FrontendUrl, required: true);
        Url(nameof(options.OtlpGrpcUrl), options.OtlpGrpcUrl, required: false);
        Url(nameof(options.OtlpHttpUrl), options.OtlpHttpUrl, required: false);
        Url(nameof(options.ResourceServiceUrl), options.ResourceServiceUrl, required: false);
        Key(nameof(options.BrowserToken), options.BrowserToken);
        Key(nameof(options.OtlpApiKey), options.OtlpApiKey);
        if (options.ResourceServiceUrl.Length > 0)
        {
            Key(nameof(options.ResourceServiceApiKey), options.ResourceServiceApiKey);
        }

        var limits = options.Limits;
        Range(nameof(limits.MaxSpans), limits.MaxSpans, 100, 1_000_000);
        Range(nameof(limits.MaxSpanBytes), limits.MaxSpanBytes, 1024 * 1024, long.MaxValue);
        Range(nameof(limits.MaxLogs), limits.MaxLogs, 100, 1_000_000);
        Range(nameof(limits.MaxLogBytes), limits.MaxLogBytes, 1024 * 1024, long.MaxValue);
        Range(nameof(limits.MaxSeries), limits.MaxSeries, 10, 100_000);
        Range(nameof(limits.MaxPointsPerSeries), limits.MaxPointsPerSeries, 10, 10_000);
        Range(nameof(limits.MaxResources), limits.MaxResources, 1, 10_000);
        Range(nameof(limits.MaxRequestBytes), limits.MaxRequestBytes, 64 * 1024, 64 * 1024 * 1024);
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

        void Url(string key, string value, bool required)
        {
            if (value.Length == 0 ? required : !LoopbackUrl.TryParse(value, out _))
            {
                faults.Add($"{DashboardOptions.Section}:{key} is '{value}': write an address of this machine's loopback with a port, such as http://localhost:15080.");
            }
        }

        void Key(string key, string value)
        {
            if (value.Length < MinKeyLength)
            {
                faults.Add(string.Create(CultureInfo.InvariantCulture, $"{DashboardOptions.Section}:{key} has {value.Length} characters: make it a random text of {MinKeyLength} or more."));
            }
        }

        void Range(string key, long value, long min, long max)
        {
            if (value < min || value > max)
            {
                faults.Add(string.Create(CultureInfo.InvariantCulture, $"{DashboardOptions.Section}:{nameof(options.Limits)}:{key} is {value}: choose {min}{(max == long.MaxValue ? " or more" : $" to {max}")}."));
            }
        }
    }
}
