namespace PushApp.Web.Chat;

/// <summary>An entry of a user's list, as the page gets it.</summary>
/// <param name="Id">The channel: <c>room:{name}</c> or <c>dm:{a}:{b}</c>.</param>
/// <param name="Kind"><c>room</c> or <c>direct</c>.</param>
/// <param name="Title">The room's name, or the other user's.</param>
/// <param name="Unread">How many messages others have sent since the user last read; at most <see cref="ChatLog.MostUnread"/>.</param>
/// <param name="Last">The newest message; null where the log has none (any more).</param>
internal sealed record Conversation(string Id, string Kind, string Title, int Unread, ChatMessage? Last);

/// <summary>A conversation that was opened, with its newest messages.</summary>
internal sealed record OpenedConversation(Conversation Conversation, ChatPage Page);
