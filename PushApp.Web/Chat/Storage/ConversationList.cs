using Microsoft.EntityFrameworkCore;
using PushApp.Push;

namespace PushApp.Web.Chat;

/// <summary>The lists of who is in which conversations. Thread-safe; a singleton.</summary>
internal sealed class ConversationList(IDbContextFactory<ChatDbContext> contexts, TimeProvider time)
{
    /// <summary>A user's conversations, those added last first: no more than one's pages can be in, though others' messages may have added some beyond that.</summary>
    public async Task<List<ListedConversation>> GetNewestAsync(string userId, int most, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Conversations.AsNoTracking().Where(c => c.UserId == userId).OrderByDescending(c => c.AddedAt).Take(most).ToListAsync(cancellationToken);
    }

    public async Task<ListedConversation?> FindAsync(string userId, ChannelName channel, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Conversations.AsNoTracking().FirstOrDefaultAsync(c => c.UserId == userId && c.Channel == channel.Value, cancellationToken);
    }

    public async Task<int> CountAsync(string userId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Conversations.CountAsync(c => c.UserId == userId, cancellationToken);
    }

    /// <summary>Puts a conversation on a user's list.</summary>
    /// <returns>False when it was there.</returns>
    public async Task<bool> AddAsync(string userId, ChannelName channel, string title, CancellationToken cancellationToken)
    {
        if (await FindAsync(userId, channel, cancellationToken) is not null)
        {
            return false;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        context.Conversations.Add(new ListedConversation { UserId = userId, Channel = channel.Value, Title = title, AddedAt = time.GetUtcNow() });
        try
        {
            await context.SaveChangesAsync(cancellationToken);
            return true;
        }
        catch (DbUpdateException)
        {
            // Another tab or node was quicker; anything else fails here again.
            if (await FindAsync(userId, channel, cancellationToken) is not null)
            {
                return false;
            }

            throw;
        }
    }

    /// <summary>Takes a conversation off a user's list.</summary>
    public async Task RemoveAsync(string userId, ChannelName channel, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.Conversations.Where(c => c.UserId == userId && c.Channel == channel.Value).ExecuteDeleteAsync(cancellationToken);
    }

    public async Task SetReadAsync(string userId, ChannelName channel, string position, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.Conversations.Where(c => c.UserId == userId && c.Channel == channel.Value)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.ReadPosition, position), cancellationToken);
    }
}
