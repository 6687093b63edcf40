using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using PushApp.Contacts;
using PushApp.Tests.Infrastructure;
using SQLitePCL;

namespace PushApp.Tests.Integration.Contacts;

/// <summary>The worker as a process, without a broker: what it decides is published by the test's own relay.</summary>
public abstract class ImportWorkerProcessTests(StoreKind store) : StoreTests(store)
{
    // In batches of a hundred, each a commit: more of them take PostgreSQL longer, and show nothing else.
    private protected int Rows => Store == StoreKind.Sqlite ? 20_000 : 5_000;

    [Fact]
    public async Task Worker_killed_again_and_again_ends_in_the_right_contacts_and_one_completion()
    {
        await using var host = await StartAsync(withWorker: false);
        var import = await host.UploadAsync(ContactsHost.Ann, ImportTests.Rows(Rows));

        foreach (var stop in (long[])[1, Rows / 3, Rows / 2])
        {
            await using var worker = Start(host);
            await ReachedAsync(host, import.Id, stop);
            await worker.KillAsync();
        }

        await using var last = Start(host);
        await AssertWholeAsync(host, await host.WaitForEndAsync(ContactsHost.Ann, import.Id));
    }

    [Fact]
    public async Task Worker_frozen_past_its_lease_writes_nothing_after_it_wakes()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Freezing a process takes SIGSTOP as Linux numbers it.");
        await using var host = await StartAsync(withWorker: false);
        var import = await host.UploadAsync(ContactsHost.Ann, ImportTests.Rows(Rows));
        await using var frozen = Start(host);
        await ReachedAsync(host, import.Id, 1);
        await FreezeOutsideOfTransactionAsync(host, frozen);

        await using var other = Start(host);
        var ended = await host.WaitForEndAsync(ContactsHost.Ann, import.Id);
        await other.StopAsync();
        var before = await UpdatedAsync(host);
        frozen.Thaw();

        await ContactsHost.Eventually(() => Task.FromResult(frozen.Output.Contains("nothing more is written here") ? "woke" : null));
        Assert.Equal(before, await UpdatedAsync(host));
        await AssertWholeAsync(host, ended);
    }

    private protected static ChildProcess Start(ContactsHost host, string lease = "00:00:02") => ChildProcess.StartProject("PushApp.ImportWorker", [], new Dictionary<string, string?>
    {
        ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
        ["ConnectionStrings__contacts"] = host.ConnectionString,
        ["ConnectionStrings__redis"] = $"127.0.0.1:{FreePort.Next()},connectTimeout=500",
        ["Push__PublishTimeout"] = "00:00:00.2",
        ["Imports__Lease"] = lease,
        ["Imports__PollInterval"] = "00:00:00.2",
        ["Imports__BatchSize"] = "100",
    });

    private protected static Task<ImportView> ReachedAsync(ContactsHost host, Guid id, long rows) => ContactsHost.Eventually(async () =>
        await host.Get<ImportService>().FindAsync("id-ann", id, TestContext.Current.CancellationToken) is { } import && import.Rows >= rows ? import : null);

    // A process frozen inside of a transaction keeps what it locked, and that is another case, and no danger. It is in one most of the time, so it is let go for moments only.
    private async Task FreezeOutsideOfTransactionAsync(ContactsHost host, ChildProcess worker)
    {
        await using var look = await OpenAsync(host);
        worker.Freeze();
        while (!await look.IsFreeAsync() || !await look.IsFreeAsync())
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            worker.Thaw();
            await Task.Yield();
            worker.Freeze();
        }
    }

    private protected abstract Task<ITransactionLook> OpenAsync(ContactsHost host);

    /// <summary>Looks whether anybody is inside of a transaction that writes.</summary>
    private protected interface ITransactionLook : IAsyncDisposable
    {
        Task<bool> IsFreeAsync();
    }

    private static async Task<string> UpdatedAsync(ContactsHost host)
    {
        await using var context = host.CreateContext();
        var contacts = await context.Contacts.GroupBy(_ => 1).Select(all => new { Count = all.Count(), Last = all.Max(contact => contact.UpdatedAt) }).SingleAsync(TestContext.Current.CancellationToken);
        var imports = await context.Imports.Select(job => new { job.State, job.Rows, job.ChangedAt }).ToListAsync(TestContext.Current.CancellationToken);
        return $"{contacts} {await context.ContactKeys.CountAsync(TestContext.Current.CancellationToken)} {string.Join(' ', imports)}";
    }

    private protected async Task AssertWholeAsync(ContactsHost host, ImportView ended)
    {
        Assert.Equal(("completed", (long)Rows, (long)Rows, 0L), (ended.State, ended.Rows, ended.Added, ended.Updated + ended.Unchanged + ended.Rejected));
        Assert.Equal(Rows, (await host.Get<ContactService>().ListAsync("id-ann", null, new PageRequest(1, 1), TestContext.Current.CancellationToken)).Total);
        await host.Publisher.WaitForAsync("notification");
        Assert.Single(host.Publisher.Events, e => e.EventName == "import.completed");
    }
}

public sealed class ImportWorkerProcessOnSqliteTests() : ImportWorkerProcessTests(StoreKind.Sqlite)
{
    // The store has no part in it: on one is enough.
    [Fact]
    public async Task Worker_that_is_told_to_stop_hands_its_import_over_at_once()
    {
        await using var host = await StartAsync(withWorker: false);
        var import = await host.UploadAsync(ContactsHost.Ann, ImportTests.Rows(Rows));
        await using var first = Start(host, lease: "00:10:00");
        await ReachedAsync(host, import.Id, 1);
        await first.StopAsync();
        Assert.Equal(0, first.ExitCode);

        // Would come after ten minutes only, if the lease had been kept.
        await using var second = Start(host, lease: "00:10:00");
        await AssertWholeAsync(host, await host.WaitForEndAsync(ContactsHost.Ann, import.Id));
    }

    private protected override async Task<ITransactionLook> OpenAsync(ContactsHost host)
    {
        var connection = new SqliteConnection(host.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        return new Look(connection);
    }

    private sealed class Look(SqliteConnection connection) : ITransactionLook
    {
        // The lock is asked for without waiting.
        public Task<bool> IsFreeAsync() => Task.FromResult(
            raw.sqlite3_exec(connection.Handle, "BEGIN IMMEDIATE") == raw.SQLITE_OK && raw.sqlite3_exec(connection.Handle, "ROLLBACK") == raw.SQLITE_OK);

        public ValueTask DisposeAsync() => connection.DisposeAsync();
    }
}

public sealed class ImportWorkerProcessOnPostgreSqlTests() : ImportWorkerProcessTests(StoreKind.PostgreSql)
{
    private protected override async Task<ITransactionLook> OpenAsync(ContactsHost host)
    {
        var connection = new NpgsqlConnection(host.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        return new Look(connection);
    }

    private sealed class Look(NpgsqlConnection connection) : ITransactionLook
    {
        public async Task<bool> IsFreeAsync()
        {
            await using var command = new NpgsqlCommand(
                "SELECT count(*) = 0 FROM pg_stat_activity WHERE datname = current_database() AND xact_start IS NOT NULL AND pid <> pg_backend_pid() AND backend_type = 'client backend'", connection);
            return (bool)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
        }

        public ValueTask DisposeAsync() => connection.DisposeAsync();
    }
}
