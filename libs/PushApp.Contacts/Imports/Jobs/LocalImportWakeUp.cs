namespace PushApp.Contacts;

/// <summary>Wakes the workers of this process; hosts that know more replace or extend it.</summary>
public class LocalImportWakeUp(TimeProvider time) : IImportWakeUp
{
    private readonly WakeUpSignal _signal = new();

    /// <inheritdoc/>
    public virtual void Send() => WakeLocally();

    /// <inheritdoc/>
    public void WakeLocally() => _signal.Set();

    /// <inheritdoc/>
    public Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken) => _signal.WaitAsync(atMost, time, cancellationToken);
}
