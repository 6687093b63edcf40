using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace PushApp.Contacts;

/// <summary>Gives contacts to other users.</summary>
public sealed class ContactSharing
{
    // A name may be a megabyte long, an event may not.
    private const int MaxNameLength = 200;

    private readonly ContactsDatabase _database;
    private readonly IDbContextFactory<ContactsDbContext> _contexts;
    private readonly WakeUpSignal _outbox;
    private readonly TimeProvider _time;

    internal ContactSharing(ContactsDatabase database, IDbContextFactory<ContactsDbContext> contexts, WakeUpSignal outbox, TimeProvider time)
    {
        _database = database;
        _contexts = contexts;
        _outbox = outbox;
        _time = time;
    }

    /// <summary>
    /// Gives the recipient a copy. If the recipient has that contact already, by the rules of imports, what is missing in it is filled in and nothing is overwritten.
    /// The copy, a notification and the events are one transaction, which is begun again when the database was away for a moment.
    /// </summary>
    /// <param name="from">Whose contact it is.</param>
    /// <param name="contactId">The contact.</param>
    /// <param name="to">Who gets it.</param>
    /// <param name="cancellationToken">Without effect once it is written.</param>
    /// <returns>The recipient's copy; null when the user has no such contact.</returns>
    public async Task<SharedContact?> ShareAsync(ContactsUser from, long contactId, ContactsUser to, CancellationToken cancellationToken)
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        if (await ContactService.Mine(context, from.Id).SingleOrDefaultAsync(row => row.Id == contactId, cancellationToken).ConfigureAwait(false) is not { } contact)
        {
            return null;
        }

        var (draft, name, id) = (ToDraft(contact), Text.Shorten(contact.DisplayName, MaxNameLength), Guid.CreateVersion7(_time.GetUtcNow()));
        SharedContact? written = null;

        // SQLite works on the thread that calls it.
        var shared = await Task.Run(
            () => context.Database.CreateExecutionStrategy().ExecuteAsync(
                id,
                (id, cancelled) => WriteAsync(id, from, draft, name, to, committing => written = committing, cancelled),
                // The connection broke: what was to be committed may have been, and then the notification is there.
                async (id, cancelled) => new ExecutionResult<SharedContact>(
                    written is not null && await context.Notifications.AnyAsync(notification => notification.Id == id, cancelled).ConfigureAwait(false), written!),
                cancellationToken),
            cancellationToken).ConfigureAwait(false);
        _outbox.Set();
        return shared;
    }

    private static ContactDraft ToDraft(Contact contact)
    {
        var draft = new ContactDraft
        {
            [ContactField.Name] = contact.Name,
            [ContactField.GivenName] = contact.GivenName,
            [ContactField.FamilyName] = contact.FamilyName,
            [ContactField.Nickname] = contact.Nickname,
            [ContactField.Company] = contact.Company,
            [ContactField.Department] = contact.Department,
            [ContactField.JobTitle] = contact.JobTitle,
            [ContactField.Birthday] = contact.Birthday,
            [ContactField.Note] = contact.Note,
        };
        draft.Emails.AddRange(contact.Emails);
        draft.Phones.AddRange(contact.Phones);
        draft.Addresses.AddRange(contact.Addresses);
        draft.Urls.AddRange(contact.Urls);
        return draft;
    }

    private async Task<SharedContact> WriteAsync(
        Guid id, ContactsUser from, ContactDraft draft, string name, ContactsUser to, Action<SharedContact> onCommitting, CancellationToken cancellationToken)
    {
        await using var store = await _database.OpenStoreAsync(lease: null, cancellationToken).ConfigureAwait(false);
        var book = await store.GetBookAsync(to.Id, cancellationToken).ConfigureAwait(false);
        while (true)
        {
            var batch = await store.MatchAsync(book, jobNumber: null, [draft], cancellationToken).ConfigureAwait(false);
            await using var transaction = await store.BeginAsync(cancellationToken).ConfigureAwait(false);
            var now = _time.GetUtcNow();
            if (await store.TryWriteAsync(batch, jobNumber: null, now, cancellationToken).ConfigureAwait(false))
            {
                var shared = new SharedContact(id, batch.Results[0].Id, name, OutcomeOf(batch), now.UtcDateTime);
                await AnnounceAsync(transaction, from, to, shared, now, cancellationToken).ConfigureAwait(false);
                onCommitting(shared);
                await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
                return shared;
            }

            // An import wrote to the recipient's book since it was read: look again.
            await transaction.RollbackAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static string OutcomeOf(ContactBatch batch) => (batch.Added, batch.Updated) switch
    {
        (1, _) => "added",
        (_, 1) => "extended",
        _ => "unchanged",
    };

    private async Task AnnounceAsync(
        DbTransaction transaction, ContactsUser from, ContactsUser to, SharedContact shared, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var options = new DbContextOptionsBuilder<ContactsDbContext>();
        _database.Dialect.Use(options, transaction.Connection!);
        await using var context = new ContactsDbContext(options.Options);
        await context.Database.UseTransactionAsync(transaction, cancellationToken).ConfigureAwait(false);
        var data = new ContactSharedData(shared.Id, from.Name, shared.ContactId, shared.ContactName, shared.Outcome, shared.Time);
        context.AddEvent(
            to.Channel, ContactsEvents.ContactShared, System.Text.Json.JsonSerializer.Serialize(data, ContactsJson.Default.ContactSharedData), now);
        context.AddNotification(
            to.Id,
            to.Channel,
            ContactsEvents.ContactShared,
            $"{from.Name} shared a contact",
            shared.Outcome switch
            {
                "added" => $"{shared.ContactName} is now among your contacts.",
                "extended" => $"{shared.ContactName} was among your contacts already; what it lacked was filled in.",
                _ => $"{shared.ContactName} was among your contacts already, and has stayed as it was.",
            },
            FormattableString.Invariant($"/?contact={shared.ContactId}"),
            now,
            shared.Id);
        await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
    }
}

/// <summary>A contact that was given to another user.</summary>
/// <param name="Id">Of this sharing.</param>
/// <param name="ContactId">The recipient's copy.</param>
/// <param name="ContactName">What it is called, at most 200 characters of it.</param>
/// <param name="Outcome"><c>added</c>; or, when the recipient had the contact already, <c>extended</c> with what it lacked, or <c>unchanged</c>.</param>
/// <param name="Time">When, UTC.</param>
public sealed record SharedContact(Guid Id, long ContactId, string ContactName, string Outcome, DateTime Time);
