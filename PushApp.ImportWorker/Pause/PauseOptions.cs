using Microsoft.Extensions.Options;
using PushApp.Push;

namespace PushApp.ImportWorker.Pause;

/// <summary>Who may pause the workers over HTTP; section <c>Pause</c> of the configuration. Validated at start.</summary>
internal sealed class PauseOptions
{
    public const string SectionName = "Pause";

    /// <summary>SHA-256 of the key that <c>POST /pause</c> and <c>/resume</c> ask for, in 64 hexadecimal digits. <value>None by default: then they do not exist.</value></summary>
    public string? KeyHash { get; set; }
}

/// <summary>Says what is wrong with the hash, and how one is made.</summary>
internal sealed class PauseOptionsValidator : IValidateOptions<PauseOptions>
{
    public ValidateOptionsResult Validate(string? name, PauseOptions options) =>
        options.KeyHash is null || ApiKey.IsHash(options.KeyHash)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"""{PauseOptions.SectionName}:{nameof(options.KeyHash)} is no SHA-256 of a key: set the 64 hexadecimal digits that `printf %s "$key" | sha256sum` prints, or nothing.""");
}
