using Microsoft.Extensions.Options;

namespace PushApp.Web.Chat;

/// <summary>Bounds of the chat; section <c>Chat</c> of the configuration. Validated at start. Each web node counts a user's rates by itself.</summary>
internal sealed class ChatOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Chat";

    /// <summary>The longest message, in characters (UTF-16). 1 to 8,000. <value>Default 4,000.</value></summary>
    public int MaxTextLength { get; set; } = 4_000;

    /// <summary>Rooms and conversations on one user's list. 1 to 150: a page is in all of them, and a socket in 200 rooms at most. <value>Default 100.</value></summary>
    public int MaxConversations { get; set; } = 100;

    /// <summary>Messages that a user may send at once. 1 to 10,000. <value>Default 30.</value></summary>
    public int MessageBurst { get; set; } = 30;

    /// <summary>Messages that a user may send over time, in a minute. 1 to 10,000. <value>Default 120.</value></summary>
    public int MessagesPerMinute { get; set; } = 120;

    /// <summary>Rooms that a user may join and people they may look for, at once and then in a minute: so that nobody tries out who has an account here. 1 to 10,000. <value>Default 30.</value></summary>
    public int OpeningsPerMinute { get; set; } = 30;

    /// <summary>That somebody types is passed on this often at most. 0 to 1 min. <value>Default 2 s.</value></summary>
    public TimeSpan TypingInterval { get; set; } = TimeSpan.FromSeconds(2);
}

/// <summary>Names every setting that is out of its bounds, and the bounds.</summary>
internal sealed class ChatOptionsValidator : IValidateOptions<ChatOptions>
{
    private const int MaxRate = 10_000;

    public ValidateOptionsResult Validate(string? name, ChatOptions options)
    {
        (string Key, int Value, int Max)[] values =
        [
            (nameof(options.MaxTextLength), options.MaxTextLength, 8_000),
            (nameof(options.MaxConversations), options.MaxConversations, 150),
            (nameof(options.MessageBurst), options.MessageBurst, MaxRate),
            (nameof(options.MessagesPerMinute), options.MessagesPerMinute, MaxRate),
            (nameof(options.OpeningsPerMinute), options.OpeningsPerMinute, MaxRate),
        ];
        var faults = values.Where(item => item.Value < 1 || item.Value > item.Max)
            .Select(item => $"{ChatOptions.SectionName}:{item.Key} is {item.Value}; set it to a number from 1 to {item.Max}.").ToList();
        if (options.TypingInterval < TimeSpan.Zero || options.TypingInterval > TimeSpan.FromMinutes(1))
        {
            faults.Add($"{ChatOptions.SectionName}:{nameof(options.TypingInterval)} is {options.TypingInterval}; set it to a time from 00:00:00 to 00:01:00.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
