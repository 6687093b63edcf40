using Microsoft.EntityFrameworkCore;
using PushApp.Contacts;

namespace PushApp.Web.Chat;

/// <summary>Brings the chat's table up to date before anything asks for it.</summary>
internal sealed class ChatSetUp(IDbContextFactory<ChatDbContext> contexts) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await DatabaseMigrator.MigrateAsync(context, cancellationToken);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
