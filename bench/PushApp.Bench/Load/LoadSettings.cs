namespace PushApp.Bench.Load;

/// <summary>The clients of one measurement.</summary>
/// <param name="Connections">How many.</param>
/// <param name="PayloadSize">Bytes of an event's data.</param>
/// <param name="Recipients">Where each connection is a user of its own, whom an event is for; null where each event is for all.</param>
internal sealed record LoadSettings(int Connections, int PayloadSize, Recipients? Recipients = null)
{
    /// <summary>So many openings wait for their response at once: below Kestrel's backlog of 512, beyond which a SYN is repeated only after a second.</summary>
    public int OpeningAtOnce { get; init; } = 200;
}
