using Microsoft.Extensions.Options;

namespace PushApp.Web.Telemetry;

/// <summary>The relay of browsers' spans; section <c>BrowserTelemetry</c> of the configuration. Validated at start. Each web node counts by itself.</summary>
internal sealed class BrowserTelemetryOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "BrowserTelemetry";

    /// <summary>What browsers are called as a service in traces. 1 to 100 characters. <value>Default <c>browser</c>.</value></summary>
    public string ServiceName { get; set; } = "browser";

    /// <summary>The largest request, in bytes. 1 KiB to 4 MiB. <value>Default 128 KiB.</value></summary>
    public int MaxRequestBytes { get; set; } = 128 * 1024;

    /// <summary>Spans in one request. 1 to 10,000. <value>Default 256.</value></summary>
    public int MaxSpans { get; set; } = 256;

    /// <summary>Spans that one user may send at once. 1 to 1,000,000. <value>Default 1,000.</value></summary>
    public int Burst { get; set; } = 1_000;

    /// <summary>Spans that one user may send over time, in a minute. 1 to 1,000,000. <value>Default 600.</value></summary>
    public int PerMinute { get; set; } = 600;

    /// <summary>Spans that wait to be forwarded; what comes then is dropped and counted. 1 to 1,000,000. <value>Default 8,192.</value></summary>
    public int MaxQueuedSpans { get; set; } = 8_192;
}

/// <summary>Names every setting that is out of its bounds, and the bounds.</summary>
internal sealed class BrowserTelemetryOptionsValidator : IValidateOptions<BrowserTelemetryOptions>
{
    public ValidateOptionsResult Validate(string? name, BrowserTelemetryOptions options)
    {
        var faults = new List<string>();
        if (options.ServiceName is not { Length: >= 1 and <= 100 })
        {
            faults.Add($"{BrowserTelemetryOptions.SectionName}:{nameof(options.ServiceName)} is '{options.ServiceName}'; set it to a name of 1 to 100 characters, as 'browser'.");
        }

        Between(nameof(options.MaxRequestBytes), options.MaxRequestBytes, 1024, 4 * 1024 * 1024);
        Between(nameof(options.MaxSpans), options.MaxSpans, 1, 10_000);
        Between(nameof(options.Burst), options.Burst, 1, 1_000_000);
        Between(nameof(options.PerMinute), options.PerMinute, 1, 1_000_000);
        Between(nameof(options.MaxQueuedSpans), options.MaxQueuedSpans, 1, 1_000_000);
        if (options.Burst < options.MaxSpans)
        {
            faults.Add($"{BrowserTelemetryOptions.SectionName}:{nameof(options.Burst)} is {options.Burst}, less than {nameof(options.MaxSpans)}, {options.MaxSpans}: one request could never be taken. Raise the one or lower the other.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

        void Between(string key, int value, int min, int max)
        {
            if (value < min || value > max)
            {
                faults.Add($"{BrowserTelemetryOptions.SectionName}:{key} is {value}; set it to a number from {min} to {max}.");
            }
        }
    }
}
