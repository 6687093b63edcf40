namespace PushApp.SocketIO.Engine.Timing;

/// <summary>A time at which something is to be looked at. It lies in at most one slot of one <see cref="DeadlineWheel"/>, which its fields belong to.</summary>
internal abstract class Deadline
{
    internal Deadline? Previous;
    internal Deadline? Next;
    internal long DueAt;
    internal int Slot = -1;

    /// <summary>
    /// Its time has come. It lies in the wheel no more; what it was set for may have ended in the meantime, so look at the state. On the wheel's thread: never wait, never throw.
    /// </summary>
    /// <param name="now">By the wheel's clock.</param>
    internal abstract void OnDue(long now);
}
