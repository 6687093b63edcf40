using System.Diagnostics.CodeAnalysis;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PushApp.LocalHosting.Engine;

namespace Aspire.Hosting;

/// <summary>The app, ready to run.</summary>
public class DistributedApplication : IHost, IAsyncDisposable
{
    private readonly IHost _host;
    private readonly AppHostHook? _hook;
    private readonly LocalEngine _engine;
    private int _disposed;

    internal DistributedApplication(IHost host, AppHostHook? hook)
    {
        (_host, _hook) = (host, hook);
        _engine = host.Services.GetRequiredService<LocalEngine>();
    }

    /// <inheritdoc/>
    public IServiceProvider Services => _host.Services;

    /// <summary>The states of resources.</summary>
    public ResourceNotificationService ResourceNotifications => Services.GetRequiredService<ResourceNotificationService>();

    /// <summary>The commands of resources.</summary>
    public ResourceCommandService ResourceCommands => Services.GetRequiredService<ResourceCommandService>();

    /// <summary>Begins to put an app together.</summary>
    public static IDistributedApplicationBuilder CreateBuilder(string[] args)
    {
        ArgumentNullException.ThrowIfNull(args);
        var hook = AppHostHook.Current;
        if (hook is null)
        {
            ErrorLine.PrintInsteadOfStackTraces();
        }

        return new DistributedApplicationBuilder(args, hook);
    }

    /// <summary>Starts the app and returns when it has ended: by Ctrl+C, SIGTERM, or the end of the <c>dotnet run</c> above.</summary>
    public void Run() => RunAsync().GetAwaiter().GetResult();

    /// <inheritdoc cref="Run"/>
    public virtual async Task RunAsync(CancellationToken cancellationToken = default)
    {
        if (_hook is not null)
        {
            // The test starts and stops the app; the AppHost's own thread waits.
            await _hook.Ended.WaitAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        try
        {
            await StartAsync(cancellationToken).ConfigureAwait(false);
            await _host.WaitForShutdownAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Starts the app. Returns when everything is being started; see <see cref="ResourceNotifications"/> for when it is up.</summary>
    /// <exception cref="DistributedApplicationException">A port is in use, a program was not built, …</exception>
    public virtual async Task StartAsync(CancellationToken cancellationToken = default)
    {
        await _host.StartAsync(cancellationToken).ConfigureAwait(false);
        await _engine.StartAsync().ConfigureAwait(false);

        // Whatever ends the host (Ctrl+C, SIGTERM) ends the children, before the host is gone.
        Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(() => _engine.StopAsync().GetAwaiter().GetResult());
    }

    /// <summary>Ends every process of the app, then the app.</summary>
    public virtual async Task StopAsync(CancellationToken cancellationToken = default)
    {
        await _engine.StopAsync().ConfigureAwait(false);
        await _host.StopAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc cref="DisposeAsync"/>
    [SuppressMessage("Usage", "CA1816:Dispose methods should call SuppressFinalize", Justification = "Neither has a finalizer.")]
    public virtual void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>Ends what still runs. May be called twice.</summary>
    [SuppressMessage("Usage", "CA1816:Dispose methods should call SuppressFinalize", Justification = "Neither has a finalizer.")]
    public virtual async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
        {
            return;
        }

        await _engine.StopAsync().ConfigureAwait(false);
        await ((IAsyncDisposable)_host).DisposeAsync().ConfigureAwait(false);
        _hook?.End();
    }
}
