namespace PushApp.Push.Inspection;

/// <summary>Where the nodes tell their figures while somebody watches.</summary>
public static class InspectionChannel
{
    /// <summary>The channel. Reserved: let nobody but administrators subscribe to it, and nobody publish.</summary>
    public static ChannelName Name { get; } = ChannelName.Parse("inspector");

    /// <summary>The event that each node sends every <see cref="InspectionOptions.SampleInterval"/>: a <see cref="NodeReport"/>. Ephemeral: nothing of it is logged.</summary>
    public const string NodeEvent = "node";
}
