using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using PushApp.SocketIO;
using PushApp.Web.Accounts;
using PushApp.Web.Rooms;

namespace PushApp.Web.Chat;

/// <summary>Keeps one user from flooding rooms, and from trying out who has an account here.</summary>
internal sealed class ChatLimiter(IOptions<ChatOptions> options) : IDisposable
{
    private readonly PartitionedRateLimiter<string> _messages = UserRate.Create(options.Value.MessageBurst, options.Value.MessagesPerMinute);
    private readonly PartitionedRateLimiter<string> _openings = UserRate.Create(options.Value.OpeningsPerMinute, options.Value.OpeningsPerMinute);

    /// <summary>Counts a message.</summary>
    /// <exception cref="SocketException">Too many (<c>too_fast</c>); its data says in how many milliseconds there may be another.</exception>
    public void CountMessage(string userId) => _messages.Count(userId, "You are sending messages too fast.");

    /// <summary>Counts joining a room or looking for a person.</summary>
    /// <inheritdoc cref="CountMessage" path="/exception"/>
    public void CountOpening(string userId) => _openings.Count(userId, "You have opened many conversations in a short time.");

    public void Dispose()
    {
        _messages.Dispose();
        _openings.Dispose();
    }
}
