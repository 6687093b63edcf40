using Microsoft.Extensions.Options;

namespace PushApp.Contacts;

/// <summary>Names every setting that is out of its bounds, and the bounds.</summary>
internal sealed class ImportOptionsValidator : IValidateOptions<ImportOptions>
{
    public ValidateOptionsResult Validate(string? name, ImportOptions options)
    {
        var faults = new List<string>();
        Check(nameof(options.MaxFileBytes), options.MaxFileBytes, 1, 2L * 1024 * 1024 * 1024);
        Check(nameof(options.MaxActivePerUser), options.MaxActivePerUser, 1, 1000);
        Check(nameof(options.UploadTimeout), options.UploadTimeout, TimeSpan.FromSeconds(10), TimeSpan.FromDays(1));
        Check(nameof(options.Lease), options.Lease, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
        Check(nameof(options.PollInterval), options.PollInterval, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1));
        Check(nameof(options.Concurrency), options.Concurrency, 1, 64);
        Check(nameof(options.BatchSize), options.BatchSize, 1, 100_000);
        Check(nameof(options.MaxAttempts), options.MaxAttempts, 1, 100);
        Check(nameof(options.RetryDelay), options.RetryDelay, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Check(nameof(options.ProgressInterval), options.ProgressInterval, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1));
        Check(nameof(options.MaxRejectedRows), options.MaxRejectedRows, 0, 10_000_000);
        Check(nameof(options.KeepFor), options.KeepFor, TimeSpan.FromHours(1), TimeSpan.FromDays(3650));
        Check(nameof(options.MaxKeptPerUser), options.MaxKeptPerUser, 1, 100_000);
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

        void Check<T>(string key, T value, T min, T max)
            where T : IComparable<T>
        {
            if (value.CompareTo(min) < 0 || value.CompareTo(max) > 0)
            {
                faults.Add(FormattableString.Invariant($"{ImportOptions.SectionName}:{key} is {value}; set it to a value from {min} to {max}."));
            }
        }
    }
}
