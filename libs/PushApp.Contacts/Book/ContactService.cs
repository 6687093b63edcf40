using Microsoft.EntityFrameworkCore;

namespace PushApp.Contacts;

/// <summary>A user's contacts. Nobody sees another's.</summary>
public sealed class ContactService
{
    private readonly IDbContextFactory<ContactsDbContext> _contexts;

    internal ContactService(IDbContextFactory<ContactsDbContext> contexts) => _contexts = contexts;

    /// <summary>The user's contacts by name.</summary>
    /// <param name="owner">The user's id.</param>
    /// <param name="search">Words that must all occur in name, company, position, e-mail addresses or phone numbers, without case; null or blank for all.</param>
    /// <param name="page">Which part.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async Task<Page<ContactView>> ListAsync(string owner, string? search, PageRequest page, CancellationToken cancellationToken)
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var contacts = Mine(context, owner);
        foreach (var word in (search ?? "").ToLowerInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Take(8))
        {
            contacts = contacts.Where(contact => contact.SearchText.Contains(word));
        }

        var total = await contacts.LongCountAsync(cancellationToken).ConfigureAwait(false);
        var items = await contacts.OrderBy(contact => contact.SortName).ThenBy(contact => contact.Id).Skip(page.Skip).Take(page.Size)
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        return new Page<ContactView>([.. items.Select(ContactView.Of)], total);
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
}
