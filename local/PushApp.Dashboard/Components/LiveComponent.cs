using Microsoft.AspNetCore.Components;

namespace PushApp.Dashboard.Components;

/// <summary>
/// A page over something that changes: looks a few times a second whether it has, and shows it then. Looking costs a comparison of numbers; telling each page of each
/// span would cost more the more there are.
/// </summary>
public abstract class LiveComponent : ComponentBase, IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(400);

    private readonly CancellationTokenSource _ended = new();
    private Task _loop = Task.CompletedTask;
    private long _shown = -1;

    [Inject]
    protected TimeProvider Time { get; set; } = null!;

    [Inject]
    protected NavigationManager Navigation { get; set; } = null!;

    /// <summary>The person wants to read in peace.</summary>
    protected bool IsPaused { get; set; }

    /// <summary>Ends with the page.</summary>
    protected CancellationToken Ended => _ended.Token;

    protected DateTimeOffset Now => Time.GetUtcNow();

    /// <summary>Another number whenever what is shown has changed.</summary>
    protected abstract long Version { get; }

    /// <summary>Fetches what is shown.</summary>
    protected abstract void Refresh();

    /// <inheritdoc/>
    protected override void OnParametersSet() => RefreshNow();

    /// <inheritdoc/>
    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
        {
            _loop = WatchAsync();
        }
    }

    /// <summary>Shows what a filter or a command has changed.</summary>
    protected void RefreshNow()
    {
        _shown = Version;
        Refresh();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await DisposeCoreAsync();
        _ended.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends what a page has of its own.</summary>
    protected virtual ValueTask DisposeCoreAsync() => ValueTask.CompletedTask;

    private async Task WatchAsync()
    {
        using var timer = new PeriodicTimer(Interval, Time);
        try
        {
            while (await timer.WaitForNextTickAsync(_ended.Token))
            {
                if (!IsPaused && Version != _shown)
                {
                    RefreshNow();
                    StateHasChanged();
                }
            }
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            // The page is left.
        }
        catch (Exception exception)
        {
            // Whatever it is, the page's own error bar shows it; otherwise the page would stand still and say nothing.
            await DispatchExceptionAsync(exception);
        }
    }
}
