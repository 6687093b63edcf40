namespace PushApp.Contacts;

/// <summary>For hosts that cannot be paused.</summary>
internal sealed class NeverPaused : IImportPause
{
    public Task<bool> IsPausedAsync(CancellationToken cancellationToken) => Task.FromResult(false);
}
