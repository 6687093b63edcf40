namespace PushApp.Contacts;

/// <summary>Tells workers that a job is waiting. A hint: they look for themselves every few seconds.</summary>
public interface IImportWakeUp
{
    /// <summary>Wakes the workers. Never throws: a lost hint costs a few seconds.</summary>
    void Send();

    /// <summary>Wakes another loop of this process.</summary>
    void WakeLocally();

    /// <summary>Waits for a hint, at most so long.</summary>
    Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken);
}
