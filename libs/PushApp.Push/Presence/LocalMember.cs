using System.Text.Json;

namespace PushApp.Push.Presence;

/// <summary>Somebody in a channel of this node, with all their connections here. Under the table's lock.</summary>
internal sealed class LocalMember(string field, string userName)
{
    public string Field { get; } = field;

    public string UserName { get; } = userName;

    /// <summary>Its entries, those in their grace too.</summary>
    public List<PresenceEntry> Entries { get; } = [];

    /// <summary>What this node says of them.</summary>
    public PresenceState State => Entries.Count == 0 ? PresenceState.Offline
        : Entries.Exists(entry => entry.Says == PresenceState.Online) ? PresenceState.Online
        : PresenceState.Away;

    public MemberUpdate ToUpdate() => new(Field, JsonSerializer.Serialize(UserName), State);
}
