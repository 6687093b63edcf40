using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;

namespace PushApp.Contacts;

/// <summary>Brings a context's tables up to date before anything else of the host starts.</summary>
/// <typeparam name="TContext">A context of the app's database (<see cref="ContactsDatabaseExtensions.UseContactsDatabase"/>).</typeparam>
public sealed class DatabaseMigration<TContext>(IDbContextFactory<TContext> contexts) : IHostedLifecycleService
    where TContext : DbContext
{
    /// <inheritdoc/>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        await DatabaseMigrator.MigrateAsync(context, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
