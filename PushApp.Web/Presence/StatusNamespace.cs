using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using PushApp.Push;
using PushApp.SocketIO;

namespace PushApp.Web.Presence;

/// <summary>
/// Whether users are online, away or offline, over all nodes and tabs (docs/presence.md). A connection is a tab: it is active from the start, unless its <c>auth</c> says <c>{"state":"away"}</c>, says
/// <c>away</c> and <c>active</c> as that changes, and watches others.
/// </summary>
[Authorize]
internal sealed class StatusNamespace(StatusBoard board) : SocketNamespace
{
    private const string EntryKey = "presence";
    private const string WatcherKey = "watcher";

    /// <summary>How many users one socket watches at most.</summary>
    public const int MaxWatched = 500;

    public override async ValueTask OnConnectedAsync()
    {
        var entry = await board.EnterAsync(User.Identity!.Name!, IsAway(Socket.Handshake.Auth) ? PresenceState.Away : PresenceState.Online, Disconnected);
        Socket.Items[EntryKey] = entry;
    }

    public override ValueTask OnDisconnectedAsync(string reason)
    {
        if (Socket.Items.GetValueOrDefault(WatcherKey) is StatusWatcher watcher)
        {
            board.End(watcher);
        }

        if (Socket.Items.GetValueOrDefault(EntryKey) is IPresenceEntry entry)
        {
            // Who signs out says so; who is merely lost may be back in a moment.
            if (reason is DisconnectReasons.ClientNamespace or DisconnectReasons.ServerNamespace)
            {
                entry.Leave();
            }

            entry.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Nobody looks at this tab, or nobody has touched it for a while.</summary>
    public void Away() => Set(PresenceState.Away);

    /// <summary>Somebody does.</summary>
    public void Active() => Set(PresenceState.Online);

    /// <summary>Tells the states of users, and from now on each change by <c>presence({user, state, since})</c>.</summary>
    /// <returns>The present states, in the order of the names.</returns>
    public async Task<UserStatus[]> Watch(params string[] users)
    {
        if (users.Length == 0)
        {
            throw Invalid("Name the users to watch, as in watch('ann@example.com').");
        }

        UserStatus[]? states;
        try
        {
            states = await board.WatchAsync(Watcher(), users, MaxWatched, Disconnected);
        }
        catch (ArgumentException)
        {
            throw Invalid("A user's name is neither empty nor longer than a channel's name may be.");
        }

        return states ?? throw new SocketException($"A socket watches at most {MaxWatched} users. Unwatch those that are not shown any more.", "too_many_users");
    }

    /// <summary>Tells of these users no more.</summary>
    public void Unwatch(params string[] users) => board.Unwatch(Watcher(), users.Where(user => !string.IsNullOrEmpty(user)));

    private StatusWatcher Watcher() => (StatusWatcher)Socket.Items.GetOrAdd(WatcherKey, _ => new StatusWatcher(Clients.To(Socket.Id).Local()))!;

    private void Set(PresenceState state)
    {
        if (Socket.Items.GetValueOrDefault(EntryKey) is IPresenceEntry entry)
        {
            entry.State = state;
        }
    }

    private static bool IsAway(JsonElement auth) =>
        auth.ValueKind == JsonValueKind.Object && auth.TryGetProperty("state", out var state) && state.ValueKind == JsonValueKind.String && state.ValueEquals("away");

    private static SocketException Invalid(string message) => new(message, "invalid_arguments");
}
