using Microsoft.EntityFrameworkCore;

namespace PushApp.Contacts;

/// <summary>A user's contacts. Nobody sees another's.</summary>
public sealed class ContactService
{
    private readonly IDbContextFactory<ContactsDbContext> _contexts;

    internal ContactService(IDbContextFactory<ContactsDbContext> contexts) => _contexts = contexts;

    /// <summary>The user's contacts by name.</summary>
    /// <param name="owner">The user's id.</param>
    /// <param name="search">
    /// Words (the first 8 count) that must all occur in name, company, position, e-mail addresses or phone numbers, without case: anywhere, or where a word has one or two
    /// characters, at the beginning of one. Null or blank for all.
    /// </param>
    /// <param name="page">Which part.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async Task<Page<ContactView>> ListAsync(string owner, string? search, PageRequest page, CancellationToken cancellationToken)
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        if (await context.Books.Where(book => book.Owner == owner).Select(book => (long?)book.Id).SingleOrDefaultAsync(cancellationToken).ConfigureAwait(false) is not { } book)
        {
            return new Page<ContactView>([], 0);
        }

        return await context.Database.CreateExecutionStrategy().ExecuteAsync(
            cancelled => ReadAsync(context, book, SearchWords.Parse(search), page, cancelled), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>One of the user's contacts; null when there is none of that id.</summary>
    public async Task<ContactView?> FindAsync(string owner, long id, CancellationToken cancellationToken)
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        return await Mine(context, owner).SingleOrDefaultAsync(contact => contact.Id == id, cancellationToken).ConfigureAwait(false) is { } found
            ? ContactView.Of(found)
            : null;
    }

    internal static IQueryable<Contact> Mine(ContactsDbContext context, string owner) => context.Contacts.AsNoTracking()
        .Where(contact => context.Books.Where(book => book.Owner == owner).Select(book => book.Id).Contains(contact.BookId));

    private static async Task<Page<ContactView>> ReadAsync(
        ContactsDbContext context, long book, SearchWords? words, PageRequest page, CancellationToken cancellationToken)
    {
        // One snapshot, so that the ids are still there when their contacts are read.
        var dialect = DatabaseDialect.Of(context);
        await context.Database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var connection = context.Database.GetDbConnection();
            await using var snapshot = await dialect.BeginSnapshotAsync(connection, cancellationToken).ConfigureAwait(false);
            await using var used = await context.Database.UseTransactionAsync(snapshot, cancellationToken).ConfigureAwait(false);
            var (ids, total) = await dialect.ListAsync(connection, book, words, page.Skip, page.Size, cancellationToken).ConfigureAwait(false);
            var contacts = await context.Contacts.AsNoTracking().Where(contact => ids.Contains(contact.Id)).ToDictionaryAsync(contact => contact.Id, cancellationToken)
                .ConfigureAwait(false);
            return new Page<ContactView>([.. ids.Select(id => ContactView.OfList(contacts[id]))], total);
        }
        finally
        {
            await context.Database.CloseConnectionAsync().ConfigureAwait(false);
        }
    }
}
