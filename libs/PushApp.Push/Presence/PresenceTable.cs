namespace PushApp.Push.Presence;

/// <summary>
/// Who is where by this node's connections: the truth that the broker is told, and told again after it has lost something. Thread-safe; never waits.
/// </summary>
internal sealed class PresenceTable(TimeSpan grace, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ChannelName, LocalChannel> _channels = [];

    // Those of which there is something to tell, so that the others need not be gone through for each change.
    private readonly HashSet<LocalChannel> _pending = [];

    // Those whose grace runs, in the order in which it ends: it is the same for all.
    private readonly Queue<(PresenceEntry Entry, long Since)> _lingering = new();

    /// <summary>Called, outside the lock, when there is something to tell or to wait for.</summary>
    public Action Changed { get; set; } = static () => { };

    /// <summary>Adds a connection.</summary>
    /// <returns>It, and what completes when the broker knows.</returns>
    public (PresenceEntry Entry, Task Told) Enter(ChannelName name, string userName, PresenceState state)
    {
        var field = RedisPresence.Field(userName);
        PresenceEntry entry;
        Task told;
        lock (_lock)
        {
            if (!_channels.TryGetValue(name, out var channel))
            {
                _channels[name] = channel = new LocalChannel(name);
                _pending.Add(channel);
            }

            if (!channel.Members.TryGetValue(field, out var member))
            {
                channel.Members[field] = member = new LocalMember(field, userName);
            }

            var before = member.State;
            entry = new PresenceEntry(this, channel, member, state);
            member.Entries.Add(entry);
            if (member.State != before)
            {
                channel.Changed.Add(member);
                _pending.Add(channel);
            }

            // Also for the second connection of somebody whose first is not told yet.
            told = channel.IsPending || channel.IsBeingTold ? channel.Told.Task : Task.CompletedTask;
        }

        Changed();
        return (entry, told);
    }

    public void SetState(PresenceEntry entry, PresenceState state)
    {
        lock (_lock)
        {
            if (entry.IsLingering || entry.Says == state || !entry.Member.Entries.Contains(entry))
            {
                return;
            }

            var before = entry.Member.State;
            entry.Says = state;
            NoteIfChanged(entry, before);
        }

        Changed();
    }

    public void Release(PresenceEntry entry, bool atOnce)
    {
        lock (_lock)
        {
            if (atOnce || grace == TimeSpan.Zero)
            {
                Remove(entry);
            }
            else if (!entry.IsLingering && entry.Member.Entries.Contains(entry))
            {
                entry.IsLingering = true;
                _lingering.Enqueue((entry, time.GetTimestamp()));
            }
        }

        Changed();
    }

    /// <summary>Lets go of those whose grace is over.</summary>
    /// <returns>How long until the next one's is; null when there is none.</returns>
    public TimeSpan? EndGrace()
    {
        lock (_lock)
        {
            while (_lingering.TryPeek(out var next))
            {
                var left = grace - time.GetElapsedTime(next.Since);
                if (left > TimeSpan.Zero)
                {
                    return left;
                }

                _lingering.Dequeue();
                Remove(next.Entry);
            }

            return null;
        }
    }

    /// <summary>What is to be told. Each is to be given back by <see cref="Told"/> or <see cref="NotTold"/>.</summary>
    public List<PendingChannel> TakePending()
    {
        lock (_lock)
        {
            var pending = new List<PendingChannel>();
            foreach (var channel in _pending)
            {
                var members = (channel.IsUntold ? channel.Members.Values.Where(member => member.Entries.Count > 0) : channel.Changed)
                    .Select(member => member.ToUpdate()).ToArray();
                pending.Add(new PendingChannel(channel, members, channel.IsUntold, channel.Told));
                channel.IsUntold = false;
                channel.IsBeingTold = true;
                channel.Changed.Clear();
                channel.Told = LocalChannel.NewSource();
            }

            _pending.Clear();
            return pending;
        }
    }

    /// <summary>The broker knows.</summary>
    /// <returns>Whether nobody is left in the channel, so that it is this node's no more.</returns>
    public bool Told(PendingChannel pending)
    {
        var channel = pending.Channel;
        bool isEmpty;
        lock (_lock)
        {
            channel.IsBeingTold = false;
            foreach (var member in channel.Members.Values.Where(member => member.Entries.Count == 0 && !channel.Changed.Contains(member)).ToArray())
            {
                channel.Members.Remove(member.Field);
            }

            isEmpty = channel.Members.Count == 0 && !channel.IsPending && _channels.Remove(channel.Name);
            if (!channel.IsPending)
            {
                // For whoever came meanwhile and changed nothing.
                channel.Told.TrySetResult();
                channel.Told = LocalChannel.NewSource();
            }
        }

        pending.Told.TrySetResult();
        return isEmpty;
    }

    /// <summary>It is not known whether the broker knows: it will be told everything.</summary>
    public void NotTold(PendingChannel pending)
    {
        lock (_lock)
        {
            pending.Channel.IsUntold = true;
            _pending.Add(pending.Channel);
            pending.Channel.IsBeingTold = false;
            _ = pending.Channel.Told.Task.ContinueWith(
                static (_, state) => ((TaskCompletionSource)state!).TrySetResult(), pending.Told,
                CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    /// <summary>The broker may have lost what it was told.</summary>
    public void TellAll()
    {
        lock (_lock)
        {
            foreach (var channel in _channels.Values)
            {
                channel.IsUntold = true;
                _pending.Add(channel);
            }
        }

        Changed();
    }

    private void Remove(PresenceEntry entry)
    {
        var before = entry.Member.State;
        if (entry.Member.Entries.Remove(entry))
        {
            NoteIfChanged(entry, before);
        }
    }

    private void NoteIfChanged(PresenceEntry entry, PresenceState before)
    {
        if (entry.Member.State != before)
        {
            entry.LocalChannel.Changed.Add(entry.Member);
            _pending.Add(entry.LocalChannel);
        }
    }
}
