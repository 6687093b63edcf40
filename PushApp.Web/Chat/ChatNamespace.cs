using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using PushApp.Push;
using PushApp.SocketIO;
using PushApp.Web.Contacts;

namespace PushApp.Web.Chat;

/// <summary>
/// The namespace <c>/chat</c>: rooms and direct messages between signed-in users (docs/socketio.md, "The chat"). Every event is acknowledged by what it gives, or by an error that says what to do.
/// </summary>
[Authorize]
internal sealed class ChatNamespace(
    ChatLog log, ConversationList list, IUserDirectory users, ChatLimiter limiter, IOptions<ChatOptions> options, TimeProvider time) : SocketNamespace
{
    private const int MaxClientIdLength = 64;

    // An e-mail address has no more (RFC 5321), and Identity's column for names neither.
    private const int MaxUserNameLength = 256;

    private string UserId => User.FindFirstValue(ClaimTypes.NameIdentifier) ?? throw new SocketException("You are not signed in.", ChatErrors.AccessDenied);

    private string UserName => User.Identity?.Name ?? throw new SocketException("You are not signed in.", ChatErrors.AccessDenied);

    private string OwnInbox => ChatChannels.Inbox(UserName).Value;

    /// <inheritdoc/>
    public override async ValueTask OnConnectingAsync() => await Rooms.JoinTrustedAsync(OwnInbox);

    /// <summary>The user's list. The socket is in all of its conversations then, so that what comes next in them comes here.</summary>
    public async Task<IReadOnlyList<Conversation>> Conversations()
    {
        var listed = await list.GetNewestAsync(UserId, options.Value.MaxConversations, Disconnected);
        List<ListedConversation> joined = [];
        foreach (var entry in listed)
        {
            if (await TryJoinAsync(entry.Channel))
            {
                joined.Add(entry);
            }
        }

        return await Task.WhenAll(joined.Select(SummarizeAsync));
    }

    /// <summary>Joins a room, and puts it on the list.</summary>
    public async Task<OpenedConversation> Join(string room)
    {
        var channel = ChatChannels.Room(room);
        limiter.CountOpening(UserId);
        return await AddAsync(channel, ChatChannels.RoomOf(channel));
    }

    /// <summary>Begins, or takes up again, a conversation with another user, and puts it on the list. The other's list has it from the first message on.</summary>
    public async Task<OpenedConversation> Direct(string userName)
    {
        var peer = await FindUserAsync(userName);
        var channel = DirectChannel(peer.UserName);
        return await AddAsync(channel, peer.UserName);
    }

    /// <summary>Joins what is on the list, as where another tab or a message has put it there.</summary>
    public async Task<OpenedConversation> Open(string conversation)
    {
        if (!ChatChannels.TryParse(conversation, out var channel) || await list.FindAsync(UserId, channel, Disconnected) is not { } entry)
        {
            throw NotJoined(conversation);
        }

        await Rooms.JoinAsync(channel.Value);
        return new OpenedConversation(await SummarizeAsync(entry), await log.ReadNewestAsync(channel, null, Disconnected));
    }

    /// <summary>Messages after a position, or before one; without either the newest.</summary>
    public async Task<ChatPage> History(string conversation, HistoryQuery? query = null)
    {
        var channel = Joined(conversation);
        var (before, after) = (ReadPosition(query?.Before, "before"), ReadPosition(query?.After, "after"));
        return after is { } position
            ? await log.ReadAfterAsync(channel, position, Disconnected)
            : await log.ReadNewestAsync(channel, before, Disconnected);
    }

    /// <summary>Sends a message to everybody in a conversation, the sender too. <paramref name="clientId"/> makes sending again safe.</summary>
    public async Task<ChatMessage> Send(string conversation, string clientId, string text)
    {
        var channel = Joined(conversation);
        if (string.IsNullOrEmpty(clientId) || clientId.Length > MaxClientIdLength)
        {
            throw new SocketException($"Give the message an id of your own, of 1 to {MaxClientIdLength} characters.", ChatErrors.InvalidArguments);
        }

        var clean = ChatText.Clean(text, options.Value.MaxTextLength);
        limiter.CountMessage(UserId);
        var recipient = ChatChannels.IsDirect(channel) ? await FindPeerAsync(channel) : default;
        var (message, isRepeated) = await log.AppendAsync(channel, UserName, clientId, clean, Disconnected);

        // After the message, which the recipient's pages then find in the log: they are in the conversation only once they have heard of it. The message is out, so the sender's
        // leaving stops nothing; and where this node dies in between, the sender's page repeats the message, and the recipient is told then.
        if (recipient.Id is not null && (await list.AddAsync(recipient.Id, channel, UserName, CancellationToken.None) || isRepeated))
        {
            await TellAsync(recipient.UserName, ChatEvents.Added, new { conversation = channel.Value });
        }

        // What was typed has come; the next letter is news again.
        Socket.Items.TryRemove(TypingKey(channel), out _);
        return message;
    }

    /// <summary>Tells the others that this user is typing. Neither kept nor counted; more often than it is passed on it is left out.</summary>
    public async Task Typing(string conversation)
    {
        var channel = Joined(conversation);
        var now = time.GetTimestamp();
        var key = TypingKey(channel);
        if (Socket.Items.TryGetValue(key, out var last) && last is long before && time.GetElapsedTime(before, now) < options.Value.TypingInterval)
        {
            return;
        }

        Socket.Items[key] = now;
        await Clients.To(channel.Value).Except(OwnInbox).Volatile().EmitAsync(ChatEvents.Typing, new { conversation = channel.Value, userName = UserName });
    }

    /// <summary>The user has read everything up to this message; the user's other pages are told.</summary>
    public async Task Read(string conversation, string messageId)
    {
        var channel = Joined(conversation);
        if (await log.FindRecentAsync(channel, message => message.Id == messageId, Disconnected) is { Position: { } position })
        {
            await list.SetReadAsync(UserId, channel, position, Disconnected);
            await TellAsync(UserName, ChatEvents.Read, new { conversation = channel.Value, messageId });
        }
    }

    /// <summary>Leaves a conversation with all of the user's pages, and takes it off the list.</summary>
    public async Task Leave(string conversation)
    {
        if (!ChatChannels.TryParse(conversation, out var channel))
        {
            throw NotJoined(conversation);
        }

        await list.RemoveAsync(UserId, channel, Disconnected);
        await Rooms.LeaveAsync(channel.Value);
        await Clients.To(OwnInbox).SocketsLeaveAsync(channel.Value);
        await TellAsync(UserName, ChatEvents.Removed, new { conversation = channel.Value });
    }

    private async Task<OpenedConversation> AddAsync(ChannelName channel, string title)
    {
        if (await list.FindAsync(UserId, channel, Disconnected) is null && await list.CountAsync(UserId, Disconnected) >= options.Value.MaxConversations)
        {
            throw new SocketException($"You are in {options.Value.MaxConversations} conversations, and there can be no more. Leave one first.", ChatErrors.TooMany);
        }

        // Before it is on the list: what may not be joined is not to be listed.
        await Rooms.JoinAsync(channel.Value);
        if (await list.AddAsync(UserId, channel, title, Disconnected))
        {
            await TellAsync(UserName, ChatEvents.Added, new { conversation = channel.Value });
        }

        return await Open(channel.Value);
    }

    private async Task<Conversation> SummarizeAsync(ListedConversation entry)
    {
        var channel = ChannelName.Parse(entry.Channel);
        var (last, unread) = await log.SummarizeAsync(channel, Position.TryParse(entry.ReadPosition, out var read) ? read : null, UserName, Disconnected);
        return new Conversation(entry.Channel, ChatChannels.IsDirect(channel) ? "direct" : "room", entry.Title, unread, last);
    }

    private async Task<bool> TryJoinAsync(string channel)
    {
        try
        {
            await Rooms.JoinAsync(channel);
            return true;
        }
        catch (SocketException refused) when (refused.Name == ChatErrors.AccessDenied)
        {
            // Its name was reserved since.
            return false;
        }
    }

    private async Task<(string Id, string UserName)> FindUserAsync(string? userName)
    {
        var name = userName?.Trim();
        if (string.IsNullOrEmpty(name) || name.Length > MaxUserNameLength)
        {
            throw new SocketException($"Say with whom: the name of a user, of 1 to {MaxUserNameLength} characters, as in ann@example.com.", ChatErrors.InvalidArguments);
        }

        limiter.CountOpening(UserId);
        if (await users.FindByNameAsync(name, Disconnected) is not { } found)
        {
            throw new SocketException($"Nobody here is called '{name}'. Check the spelling, or ask them to register.", ChatErrors.NotFound);
        }

        return found.Id == UserId
            ? throw new SocketException("That is you. Give the name of another user.", ChatErrors.InvalidArguments)
            : found;
    }

    private async Task<(string Id, string UserName)> FindPeerAsync(ChannelName channel)
    {
        var name = ChatChannels.PeerOf(channel, UserName);
        return await users.FindByNameAsync(name, Disconnected)
            ?? throw new SocketException($"There is no '{name}' here any more, so nobody would read it.", ChatErrors.NotFound);
    }

    private ChannelName DirectChannel(string peer) => ChatChannels.TryDirect(UserName, peer, out var channel)
        ? channel
        : throw new SocketException($"Your name and '{peer}' are too long together for a conversation.", ChatErrors.InvalidArguments);

    /// <summary>The channel of a conversation that the socket is in, and may be in still: that is looked at every few seconds.</summary>
    private ChannelName Joined(string? conversation) =>
        ChatChannels.TryParse(conversation, out var channel) && Rooms.Contains(channel.Value) ? channel : throw NotJoined(conversation);

    private static string TypingKey(ChannelName channel) => $"typing {channel.Value}";

    private ValueTask TellAsync<T>(string userName, string eventName, T data) => Clients.To(ChatChannels.Inbox(userName).Value).EmitAsync(eventName, data);

    private static SocketException NotJoined(string? conversation) =>
        new($"You are not in the conversation '{conversation}'. Join the room or begin the conversation first.", ChatErrors.NotJoined);

    private static Position? ReadPosition(string? text, string name) => text is null ? null : Position.TryParse(text, out var position)
        ? position
        : throw new SocketException($"'{name}' is no position. Give the position of a message, as in 42-9f3c01ab, or leave it out.", ChatErrors.InvalidArguments);

    /// <summary>From where to read.</summary>
    internal sealed record HistoryQuery(string? Before = null, string? After = null);
}
