namespace PushApp.Push.Stats;

/// <summary>Tells how many streams are open on this node.</summary>
internal interface IConnectionCounter
{
    /// <summary>Open streams now.</summary>
    int Connections { get; }
}
