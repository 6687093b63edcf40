using Microsoft.EntityFrameworkCore;
using PushApp.Contacts;

namespace PushApp.Web.Accounts;

/// <summary>Brings the accounts' tables up to date before anything else starts: the first to need them is data protection, which reads its keys at start.</summary>
internal sealed class AccountsSetUp(IDbContextFactory<AccountsDbContext> contexts, DemoAccount demo) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await using (var context = await contexts.CreateDbContextAsync(cancellationToken))
        {
            await DatabaseMigrator.MigrateAsync(context, cancellationToken);
        }

        await demo.EnsureAsync(cancellationToken);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
