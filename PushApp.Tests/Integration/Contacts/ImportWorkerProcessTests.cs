using Microsoft.Data.Sqlite;
using PushApp.Contacts;
using PushApp.Tests.Infrastructure;
using SQLitePCL;

namespace PushApp.Tests.Integration.Contacts;

/// <summary>The worker as a process, without a broker: what it decides is published by the test's own relay.</summary>
public sealed class ImportWorkerProcessTests
{
    private const int Rows = 20_000;

    [Fact]
    public async Task Worker_killed_again_and_again_ends_in_the_right_contacts_and_one_completion()
    {
        await using var host = await ContactsHost.StartAsync(withWorker: false);
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
        await using var host = await ContactsHost.StartAsync(withWorker: false);
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

    [Fact]
    public async Task Worker_that_is_told_to_stop_hands_its_import_over_at_once()
    {
        await using var host = await ContactsHost.StartAsync(withWorker: false);
        var import = await host.UploadAsync(ContactsHost.Ann, ImportTests.Rows(Rows));
        await using var first = Start(host, lease: "00:10:00");
        await ReachedAsync(host, import.Id, 1);
        await first.StopAsync();
        Assert.Equal(0, first.ExitCode);

        // Would come after ten minutes only, if the lease had been kept.
        await using var second = Start(host, lease: "00:10:00");
        await AssertWholeAsync(host, await host.WaitForEndAsync(ContactsHost.Ann, import.Id));
    }

    private static ChildProcess Start(ContactsHost host, string lease = "00:00:02") => ChildProcess.StartProject("PushApp.ImportWorker", [], new Dictionary<string, string?>
    {
        ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
        ["ConnectionStrings__contacts"] = host.ConnectionString,
        ["ConnectionStrings__redis"] = $"127.0.0.1:{FreePort.Next()},connectTimeout=500",
        ["Push__PublishTimeout"] = "00:00:00.2",
        ["Imports__Lease"] = lease,
        ["Imports__PollInterval"] = "00:00:00.2",
        ["Imports__BatchSize"] = "100",
    });

    private static Task<ImportView> ReachedAsync(ContactsHost host, Guid id, long rows) => ContactsHost.Eventually(async () =>
        await host.Get<ImportService>().FindAsync("id-ann", id, TestContext.Current.CancellationToken) is { } import && import.Rows >= rows ? import : null);

    // A process frozen inside of a transaction keeps SQLite's write lock, and everybody waits for it: that is another case, and no danger. It is in one most of the time, so it is let go for moments
    // only, and the lock is asked for without waiting.
    private static async Task FreezeOutsideOfTransactionAsync(ContactsHost host, ChildProcess worker)
    {
        await using var connection = new SqliteConnection(host.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        worker.Freeze();
        while (!IsLockFree())
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            worker.Thaw();
            await Task.Yield();
            worker.Freeze();
        }

        bool IsLockFree() => raw.sqlite3_exec(connection.Handle, "BEGIN IMMEDIATE") == raw.SQLITE_OK && raw.sqlite3_exec(connection.Handle, "ROLLBACK") == raw.SQLITE_OK;
    }

    private static async Task<string> UpdatedAsync(ContactsHost host)
    {
        await using var connection = new SqliteConnection(host.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT (SELECT count(*) || ' ' || max(UpdatedAt) FROM Contacts) || ' ' || (SELECT count(*) FROM ContactKeys) || ' ' || (SELECT group_concat(State || Rows || ChangedAt) FROM Imports)";
        return (string)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    private static async Task AssertWholeAsync(ContactsHost host, ImportView ended)
    {
        Assert.Equal(("completed", (long)Rows, (long)Rows, 0L), (ended.State, ended.Rows, ended.Added, ended.Updated + ended.Unchanged + ended.Rejected));
        Assert.Equal(Rows, (await host.Get<ContactService>().ListAsync("id-ann", null, new PageRequest(1, 1), TestContext.Current.CancellationToken)).Total);
        await host.Publisher.WaitForAsync("notification");
        Assert.Single(host.Publisher.Events, e => e.EventName == "import.completed");
    }
}
