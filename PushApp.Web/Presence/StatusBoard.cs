using System.Collections.Concurrent;
using PushApp.Push;

namespace PushApp.Web.Presence;

/// <summary>
/// Who of the site's users is there, and which sockets of this node want to know. Users are spread over a few channels, so that a node follows but a few, and only those that somebody watches.
/// Nobody reads these channels but the nodes.
/// </summary>
internal sealed partial class StatusBoard(IPresence presence, ILogger<StatusBoard> logger)
{
    private const int Shards = 16;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, List<StatusWatcher>> _watchers = new(StringComparer.Ordinal);

    // Followed until the node stops: IPresence ends them then.
    private readonly ConcurrentDictionary<ChannelName, Lazy<Task<IPresenceView>>> _views = new();

    /// <summary>Adds a connection of a user.</summary>
    public ValueTask<IPresenceEntry> EnterAsync(string userName, PresenceState state, CancellationToken cancellationToken) =>
        presence.EnterAsync(ChannelOf(KeyOf(userName)), userName, state, cancellationToken);

    /// <summary>Has a socket told of users' states from now on.</summary>
    /// <returns>Their present states, in order; null when it would watch more than it may, and nothing was added.</returns>
    /// <exception cref="ArgumentException">A name cannot be a user's.</exception>
    public async Task<UserStatus[]?> WatchAsync(StatusWatcher watcher, IReadOnlyList<string> userNames, int most, CancellationToken cancellationToken)
    {
        var keys = userNames.Select(KeyOf).ToArray();
        lock (_lock)
        {
            if (watcher.HasEnded)
            {
                return [];
            }

            if (keys.Where(key => !watcher.Watched.ContainsKey(key)).Distinct().Count() + watcher.Watched.Count > most)
            {
                return null;
            }

            foreach (var (key, name) in keys.Zip(userNames))
            {
                if (watcher.Watched.TryAdd(key, name))
                {
                    if (!_watchers.TryGetValue(key, out var watchers))
                    {
                        _watchers[key] = watchers = [];
                    }

                    watchers.Add(watcher);
                }
            }
        }

        var states = new UserStatus[keys.Length];
        for (var i = 0; i < keys.Length; i++)
        {
            var view = await ViewAsync(ChannelOf(keys[i])).WaitAsync(cancellationToken);
            states[i] = view.Find(userNames[i]) is { } member ? StatusOf(userNames[i], member) : new UserStatus(userNames[i], "offline", null);
        }

        return states;
    }

    /// <summary>Tells a socket of these users no more; one that holds no name of a user is passed over.</summary>
    public void Unwatch(StatusWatcher watcher, IEnumerable<string> userNames)
    {
        lock (_lock)
        {
            foreach (var name in userNames)
            {
                if (ChannelName.TryParse($"user:{Uri.EscapeDataString(name)}", out var user))
                {
                    Remove(watcher, user.Value);
                }
            }
        }
    }

    /// <summary>The socket is gone.</summary>
    public void End(StatusWatcher watcher)
    {
        lock (_lock)
        {
            watcher.HasEnded = true;
            foreach (var key in watcher.Watched.Keys.ToArray())
            {
                Remove(watcher, key);
            }
        }
    }

    private void Remove(StatusWatcher watcher, string key)
    {
        if (watcher.Watched.Remove(key) && _watchers.TryGetValue(key, out var watchers) && watchers.Remove(watcher) && watchers.Count == 0)
        {
            _watchers.Remove(key);
        }
    }

    private Task<IPresenceView> ViewAsync(ChannelName channel) => _views.GetOrAdd(
        channel, name => new Lazy<Task<IPresenceView>>(() => presence.WatchAsync(name, OnChange, CancellationToken.None).AsTask())).Value;

    private void OnChange(PresenceMember member)
    {
        List<(StatusWatcher Watcher, string Name)> told;
        lock (_lock)
        {
            var key = KeyOf(member.UserName);
            told = _watchers.TryGetValue(key, out var watchers) ? [.. watchers.Select(watcher => (watcher, watcher.Watched[key]))] : [];
        }

        foreach (var (watcher, name) in told)
        {
            _ = TellAsync(watcher, StatusOf(name, member));
        }
    }

    private async Task TellAsync(StatusWatcher watcher, UserStatus status)
    {
        try
        {
            await watcher.Client.EmitAsync("presence", status);
        }
        catch (Exception error)
        {
            // One that cannot be told must not keep the others from it; when it is back, it asks.
            NotTold(logger, error);
        }
    }

    private static UserStatus StatusOf(string name, PresenceMember member) => new(name, member.State switch
    {
        PresenceState.Online => "online",
        PresenceState.Away => "away",
        _ => "offline",
    }, member.Since);

    private static string KeyOf(string userName) => ChannelName.User(userName).Value;

    private static ChannelName ChannelOf(string key)
    {
        // FNV-1a: string.GetHashCode differs between processes.
        var hash = 2166136261u;
        foreach (var character in key)
        {
            hash = (hash ^ character) * 16777619u;
        }

        return ChannelName.Of("status", $"{hash % Shards}");
    }

    [LoggerMessage(1, LogLevel.Warning, "A socket could not be told of a user's presence.", EventName = "StatusNotTold")]
    private static partial void NotTold(ILogger logger, Exception error);
}
