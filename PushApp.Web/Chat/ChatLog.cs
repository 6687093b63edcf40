using PushApp.Push;
using PushApp.SocketIO;

namespace PushApp.Web.Chat;

/// <summary>Messages in the channels' logs: the chat has no other store of them.</summary>
internal sealed class ChatLog(IPushPublisher publisher, IChannelHistory history, TimeProvider time)
{
    /// <summary>How many messages a page of history has.</summary>
    public const int PageSize = 50;

    /// <summary>Unread messages are counted up to this.</summary>
    public const int MostUnread = 100;

    // A channel may carry other events too (a room's myevent), so what is read is no count of messages.
    private const int ReadSize = 200;
    private const int MostReads = 10;

    /// <summary>
    /// Appends a message. Sent again with the same <paramref name="clientId"/> while the first is still in the log, it gives that one back: a page that did not hear the answer repeats it without doubling.
    /// </summary>
    /// <returns>The message as it is kept, and whether it was there before.</returns>
    /// <exception cref="SocketException">The client's id was used for another message.</exception>
    public async Task<(ChatMessage Message, bool IsRepeated)> AppendAsync(ChannelName channel, string author, string clientId, string text, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var message = new ChatMessage(Guid.CreateVersion7(now).ToString("N"), channel.Value, author, text, now.UtcDateTime, clientId);
        try
        {
            var published = await publisher.PublishAsync(
                channel,
                ChatEvents.Message,
                message.ToData(),
                new PublishOptions { IdempotencyKey = clientId, Publisher = ChatChannels.Inbox(author).Value },
                cancellationToken);
            return (message with { Position = published.Position?.ToString() }, false);
        }
        catch (IdempotencyConflictException)
        {
            // The same message has another id and time at the second attempt, so a repetition looks like a conflict. The first is in the log, or the key would not count.
            return await FindAsync(channel, sent => sent.ClientId == clientId && IsBy(sent, author), int.MaxValue, cancellationToken) is { } first && first.Text == text
                ? (first, true)
                : throw new SocketException($"The id '{clientId}' was used for another message. Give each message an id of its own.", ChatErrors.InvalidArguments);
        }
    }

    /// <summary>The newest messages, or those before a position.</summary>
    public async Task<ChatPage> ReadNewestAsync(ChannelName channel, Position? before, CancellationToken cancellationToken)
    {
        List<ChatMessage> newestFirst = [];
        string? head = null;
        for (var reads = 0; reads < MostReads; reads++)
        {
            var page = await ReadBackAsync(channel, before, cancellationToken);
            head ??= page.Head.ToString();
            for (var i = page.Events.Count - 1; i >= 0; i--)
            {
                before = page.Events[i].Position;
                if (ChatMessage.Read(page.Events[i]) is { } message)
                {
                    newestFirst.Add(message);
                    if (newestFirst.Count == PageSize)
                    {
                        return Page(hasEarlier: before.Value.Sequence > 1);
                    }
                }
            }

            if (page.Events.Count == 0)
            {
                return Page(hasEarlier: false);
            }
        }

        return Page(hasEarlier: true);

        ChatPage Page(bool hasEarlier) => new([.. Enumerable.Reverse(newestFirst)], head!, hasEarlier ? before?.ToString() : null, IsWhole: true);
    }

    /// <summary>Every message after a position; or, where that is not in the log any more or too much came since, the newest, and not <see cref="ChatPage.IsWhole"/>.</summary>
    public async Task<ChatPage> ReadAfterAsync(ChannelName channel, Position after, CancellationToken cancellationToken)
    {
        List<ChatMessage> messages = [];
        for (var reads = 0; reads < MostReads; reads++)
        {
            var page = await history.ReadAsync(channel, after, ReadSize, cancellationToken);
            if (!page.Recovered && after != page.Head)
            {
                break;
            }

            messages.AddRange(page.Events.Select(ChatMessage.Read).OfType<ChatMessage>());
            if (page.Events is not [.., var last] || last.Position == page.Head)
            {
                return new ChatPage(messages, page.Head.ToString(), Earlier: null, IsWhole: true);
            }

            after = last.Position;
        }

        return await ReadNewestAsync(channel, before: null, cancellationToken) with { IsWhole = false };
    }

    /// <summary>The newest message, and how many others have sent since a position.</summary>
    public async Task<(ChatMessage? Last, int Unread)> SummarizeAsync(ChannelName channel, Position? read, string userName, CancellationToken cancellationToken)
    {
        var page = await history.ReadAsync(channel, null, MostUnread, cancellationToken);
        var since = 0;
        for (var i = page.Events.Count - 1; read is not null && i >= 0; i--)
        {
            if (page.Events[i].Position.Sequence <= read.Value.Sequence)
            {
                // A log that began anew counts from one again: then nothing of it was read.
                since = page.Events[i].Position == read ? i + 1 : 0;
                break;
            }
        }

        var isRead = read == page.Head;
        return (
            page.Events.Select(ChatMessage.Read).LastOrDefault(message => message is not null),
            isRead ? 0 : page.Events.Skip(since).Select(ChatMessage.Read).Count(message => message is not null && !IsBy(message, userName)));
    }

    /// <summary>The message that is looked for, if it is not older than what a page may ask for at once.</summary>
    public Task<ChatMessage?> FindRecentAsync(ChannelName channel, Predicate<ChatMessage> isIt, CancellationToken cancellationToken) =>
        FindAsync(channel, isIt, MostReads, cancellationToken);

    private async Task<ChatMessage?> FindAsync(ChannelName channel, Predicate<ChatMessage> isIt, int mostReads, CancellationToken cancellationToken)
    {
        Position? before = null;
        for (var reads = 0; reads < mostReads; reads++)
        {
            var page = await ReadBackAsync(channel, before, cancellationToken);
            for (var i = page.Events.Count - 1; i >= 0; i--)
            {
                if (ChatMessage.Read(page.Events[i]) is { } message && isIt(message))
                {
                    return message;
                }
            }

            if (page.Events.Count == 0)
            {
                return null;
            }

            before = page.Events[0].Position;
        }

        return null;
    }

    private ValueTask<HistoryPage> ReadBackAsync(ChannelName channel, Position? before, CancellationToken cancellationToken) => before is { } position
        ? history.ReadBeforeAsync(channel, position, ReadSize, cancellationToken)
        : history.ReadAsync(channel, null, ReadSize, cancellationToken);

    // User names are compared without case.
    private static bool IsBy(ChatMessage message, string userName) => string.Equals(message.Author, userName, StringComparison.OrdinalIgnoreCase);
}

/// <summary>A part of a conversation.</summary>
/// <param name="Messages">Oldest first.</param>
/// <param name="Head">Where the log ends: what comes live comes after it, or is here already.</param>
/// <param name="Earlier">Before which position there is more; null where there is not.</param>
/// <param name="IsWhole">False where what was asked for is not in the log any more: then these are the newest, and something before them is missing.</param>
internal sealed record ChatPage(IReadOnlyList<ChatMessage> Messages, string Head, string? Earlier, bool IsWhole);
