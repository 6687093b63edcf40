using Microsoft.Extensions.Options;

namespace PushApp.Contacts;

/// <summary>Whether the worker may open as many connections as its imports use at once: where they waited for each other's, none would come to an end.</summary>
internal sealed class ImportConnectionsValidator(ContactsDatabase database) : IValidateOptions<ImportOptions>
{
    // The file is read, batches are stored, and the lease is kept. One more is for everything else.
    private const int PerImport = 3;

    public ValidateOptionsResult Validate(string? name, ImportOptions options)
    {
        var needed = (PerImport * options.Concurrency) + 1;
        return database.MaxConnections is { } allowed && allowed < needed
            ? ValidateOptionsResult.Fail(FormattableString.Invariant(
                $"{ImportOptions.SectionName}:{nameof(options.Concurrency)} is {options.Concurrency}, for which a worker needs {needed} connections, but ConnectionStrings:{ContactsConnectionString.Name} allows {allowed}: set its 'Maximum Pool Size' to {needed} or more, or lower the other."))
            : ValidateOptionsResult.Success;
    }
}
