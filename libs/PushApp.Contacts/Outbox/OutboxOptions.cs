namespace PushApp.Contacts;

/// <summary>The relay of decided events; section <c>Outbox</c> of the configuration. Validated at start.</summary>
public sealed class OutboxOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Outbox";

    /// <summary>How often the relay looks for events of processes that died before relaying them. 100 ms to 1 min. <value>Default 1 s.</value></summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a relay that died keeps the others from relaying. 1 s to 5 min. <value>Default 10 s.</value></summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(10);
}
