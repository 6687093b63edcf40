using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PushApp.Contacts;

namespace PushApp.Web.Accounts;

/// <summary>Brings the accounts' tables up to date before anything else starts: the first to need them is data protection, which reads its keys at start.</summary>
internal sealed class AccountsSetUp(
    IDbContextFactory<AccountsDbContext> contexts, IKeyManager keys, IOptions<KeyManagementOptions> keyOptions, DemoAccount demo, TimeProvider time) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await using (var context = await contexts.CreateDbContextAsync(cancellationToken))
        {
            await DatabaseMigrator.MigrateAsync(context, EnsureKey, cancellationToken);
        }

        await demo.EnsureAsync(cancellationToken);
    }

    // By one node: two that start on an empty database would each make a key, and refuse the cookies of the other until they read the keys again, hours later.
    private void EnsureKey()
    {
        if (keys.GetAllKeys().Count == 0)
        {
            var now = time.GetUtcNow();
            keys.CreateNewKey(now, now + keyOptions.Value.NewKeyLifetime);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
