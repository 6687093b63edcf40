using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace PushApp.Web.Accounts;

/// <summary>Keeps the sign-ins. One holds while nobody signed it out, its time is not over, and its user exists, is not locked out and has the credentials it was made with.</summary>
internal sealed class SignInStore(IDbContextFactory<AccountsDbContext> contexts, IOptions<AccountsOptions> options, TimeProvider time)
{
    /// <summary>Records a new sign-in of <paramref name="user"/> and forgets those of the same user that no longer hold.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> StartAsync(AccountUser user, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var signIn = new SignIn
        {
            Id = RandomNumberGenerator.GetHexString(32, lowercase: true),
            UserId = user.Id,
            SecurityStamp = user.SecurityStamp ?? "",
            CreatedAt = now,
            ExpiresAt = now + options.Value.SignInLifetime,
        };
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.SignIns
            .Where(s => s.UserId == user.Id && (s.EndedAt != null || s.ExpiresAt <= now || s.SecurityStamp != signIn.SecurityStamp))
            .ExecuteDeleteAsync(cancellationToken);
        context.SignIns.Add(signIn);
        await context.SaveChangesAsync(cancellationToken);
        return signIn.Id;
    }

    /// <summary>Ends a sign-in. Ending one that has ended, or is unknown, changes nothing.</summary>
    public async Task EndAsync(string id, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.SignIns
            .Where(s => s.Id == id && s.EndedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.EndedAt, now), cancellationToken);
    }

    /// <summary>Whether the sign-in holds now.</summary>
    public async Task<bool> HoldsAsync(string id, CancellationToken cancellationToken) =>
        (await FindHoldingAsync([id], cancellationToken)).Count == 1;

    /// <summary>Those of <paramref name="ids"/> that hold now.</summary>
    public async Task<HashSet<string>> FindHoldingAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        // A statement takes a bounded number of parameters: 32,766 in SQLite, https://www.sqlite.org/limits.html.
        const int BatchSize = 1000;
        var now = time.GetUtcNow();
        HashSet<string> holding = new(ids.Count, StringComparer.Ordinal);
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        foreach (var batch in ids.Chunk(BatchSize))
        {
            var found =
                from signIn in context.SignIns
                join user in context.Users on signIn.UserId equals user.Id
                where batch.Contains(signIn.Id)
                    && signIn.EndedAt == null
                    && signIn.ExpiresAt > now
                    && signIn.SecurityStamp == user.SecurityStamp
                    && (!user.LockoutEnabled || user.LockoutEnd == null || user.LockoutEnd <= now)
                select signIn.Id;
            holding.UnionWith(await found.ToListAsync(cancellationToken));
        }

        return holding;
    }
}
