using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace PushApp.Contacts;

/// <summary>Takes files in.</summary>
public sealed class ImportUploads
{
    private readonly IDbContextFactory<ContactsDbContext> _contexts;
    private readonly IOptions<ImportOptions> _options;
    private readonly IImportWakeUp _wakeUp;
    private readonly IContactsPublisher _publisher;
    private readonly TimeProvider _time;

    internal ImportUploads(
        IDbContextFactory<ContactsDbContext> contexts, IOptions<ImportOptions> options, IImportWakeUp wakeUp, IContactsPublisher publisher, TimeProvider time)
    {
        _contexts = contexts;
        _options = options;
        _wakeUp = wakeUp;
        _publisher = publisher;
        _time = time;
    }

    /// <summary>The largest file, in bytes.</summary>
    public long MaxFileBytes => _options.Value.MaxFileBytes;

    /// <summary>Begins an upload. Nothing is stored before the first bytes were recognised as an address book.</summary>
    /// <param name="user">Whose contacts the file's become.</param>
    /// <param name="fileName">What the file is called; a path is cut off.</param>
    public ImportUpload Begin(ContactsUser user, string? fileName) => new(_contexts, _options.Value, _wakeUp, _publisher, _time, user, CleanName(fileName));

    private static string CleanName(string? fileName)
    {
        // Only shown to its owner; still no path and no control characters.
        var name = Text.Clean(fileName?.Split('/', '\\')[^1])?.ReplaceLineEndings(" ").Replace('\t', ' ');
        return name is null ? "contacts" : Text.Shorten(name, 200);
    }
}
