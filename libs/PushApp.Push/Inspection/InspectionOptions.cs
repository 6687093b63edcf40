namespace PushApp.Push;

/// <summary>What a node remembers, so that somebody can look into it; section <c>Push:Inspection</c>. Only where <c>AddInspection</c> was called.</summary>
public sealed class InspectionOptions
{
    /// <summary>Recent events that a node remembers: so many of those with a log, and as many of those without. 10 to 100,000. <value>Default 1,000.</value></summary>
    public int RecentEvents { get; set; } = 1000;

    /// <summary>Of each event, the connections of which is noted when it was written to them; of more only their number is. 1 to 1,000. <value>Default 16.</value></summary>
    public int DeliveriesPerEvent { get; set; } = 16;

    /// <summary>Connections that ended, and refusals, that a node remembers. 10 to 100,000. <value>Default 1,000.</value></summary>
    public int RecentEnds { get; set; } = 1000;

    /// <summary>How often a node takes its figures, and tells them while somebody watches. 1 s to 1 min. <value>Default 2 s.</value></summary>
    public TimeSpan SampleInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Figures that a node keeps for the charts. 10 to 10,000. <value>Default 300: ten minutes.</value></summary>
    public int Samples { get; set; } = 300;

    /// <summary>How long the other nodes have to answer a question. 100 ms to 30 s. <value>Default 2 s.</value></summary>
    public TimeSpan AnswerTimeout { get; set; } = TimeSpan.FromSeconds(2);
}
