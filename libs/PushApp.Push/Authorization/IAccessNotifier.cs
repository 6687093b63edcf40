namespace PushApp.Push;

/// <summary>Tells every node that somebody's access has changed, so that it rechecks their streams at once and not only at the next round.</summary>
public interface IAccessNotifier
{
    /// <summary>Sends the hint. It is best effort: the periodic check finds what a lost hint meant.</summary>
    /// <param name="userName">Whose streams to recheck; null for everybody's.</param>
    /// <param name="cancellationToken">Has no effect once the hint was sent.</param>
    ValueTask NotifyAccessChangedAsync(string? userName, CancellationToken cancellationToken = default);
}
