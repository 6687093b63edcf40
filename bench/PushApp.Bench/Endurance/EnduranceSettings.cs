namespace PushApp.Bench.Endurance;

/// <summary>How much is published where.</summary>
/// <param name="Events">Events to the busy channels, all together.</param>
/// <param name="BusyChannels">Channels that they are spread over.</param>
/// <param name="QuietChannels">Half of these are published to at the beginning only, half at intervals too.</param>
/// <param name="Publishers">Publishes under way at once.</param>
/// <param name="PayloadSize">Bytes of data of an event.</param>
/// <param name="Limit">The run fails when it takes longer.</param>
internal sealed record EnduranceSettings(int Events, int BusyChannels, int QuietChannels, int Publishers, int PayloadSize, TimeSpan Limit)
{
    /// <summary>So often the channels that are quiet, but not silent, get an event.</summary>
    public const int Intervals = 20;
}
