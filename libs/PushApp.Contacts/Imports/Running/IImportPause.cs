namespace PushApp.Contacts;

/// <summary>Whether workers are to take no jobs for now. What they run goes on to its end; jobs wait meanwhile and lose nothing.</summary>
public interface IImportPause
{
    /// <summary>Asked before each job is taken. Never throws but for cancellation: what cannot be known stays as it was.</summary>
    Task<bool> IsPausedAsync(CancellationToken cancellationToken);
}
