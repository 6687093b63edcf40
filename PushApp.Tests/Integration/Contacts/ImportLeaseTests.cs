using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using PushApp.Contacts;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Contacts;

public abstract class ImportLeaseTests(StoreKind store) : StoreTests(store)
{
    [Fact]
    public async Task Job_whose_worker_is_silent_is_taken_over_and_the_late_worker_writes_nothing()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var host = await StartAsync(withWorker: false, time: time);
        await host.UploadAsync(ContactsHost.Ann, ImportTests.Rows(10));
        var queue = host.Get<ImportQueue>();
        var first = (await queue.ClaimAsync(TestContext.Current.CancellationToken))!;
        await using var store = await OpenStoreAsync(host, time);
        var book = await store.GetBookAsync("id-ann", TestContext.Current.CancellationToken);
        var pace = new ImportPace(time, 0, 0);
        await store.StoreAsync(first, book, Batch(0, 3), pace, TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);

        Assert.Null(await queue.ClaimAsync(TestContext.Current.CancellationToken));
        time.Advance(TimeSpan.FromSeconds(11));

        // Past its lease, even before anybody took the job over.
        await Assert.ThrowsAsync<LeaseLostException>(() => store.StoreAsync(first, book, Batch(3, 3), pace, TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
        Assert.False(await queue.TryKeepAsync(first, TestContext.Current.CancellationToken));

        var second = (await queue.ClaimAsync(TestContext.Current.CancellationToken))!;
        Assert.Equal((3L, 2), (second.Rows, second.Attempts + 1));
        await Assert.ThrowsAsync<LeaseLostException>(() => store.StoreAsync(first, book, Batch(3, 3), pace, TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
        Assert.False(await queue.TryEndAsync(first, ImportState.Completed, null, TestContext.Current.CancellationToken));

        await store.StoreAsync(second, book, Batch(3, 7), pace, TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        // The same batch again, as after a lost answer: the checkpoint is no longer there.
        await Assert.ThrowsAsync<LeaseLostException>(() => store.StoreAsync(second, book, Batch(3, 7), pace, TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
        Assert.True(await queue.TryEndAsync(second, ImportState.Completed, null, TestContext.Current.CancellationToken));
        Assert.False(await queue.TryEndAsync(second, ImportState.Completed, null, TestContext.Current.CancellationToken));
        Assert.Equal(10, (await host.ContactsOfAsync(ContactsHost.Ann)).Count);
    }

    [Fact]
    public async Task Lease_is_kept_on_after_the_database_was_away_for_once()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var host = await StartAsync(withWorker: false, time: time);
        await host.UploadAsync(ContactsHost.Ann, ImportTests.Rows(10));
        var job = (await host.Get<ImportQueue>().ClaimAsync(TestContext.Current.CancellationToken))!;
        var log = new SignalLogger();
        var runner = ActivatorUtilities.CreateInstance<ImportRunner>(host.Services, log);
        await RefuseAsync(host, "UPDATE OF \"LeaseUntil\" ON \"Imports\"");
        using var lost = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

        var keeping = runner.KeepAsync(job, lost);
        time.Advance(TimeSpan.FromSeconds(3.4));
        await log.Logged.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await AllowAsync(host, "Imports");
        time.Advance(TimeSpan.FromSeconds(3.4));

        await ContactsHost.Eventually(async () =>
        {
            await using var context = host.CreateContext();
            return (await context.Imports.SingleAsync(TestContext.Current.CancellationToken)).LeaseUntil > job.LeaseUntil ? "kept" : null;
        });
        Assert.False(keeping.IsCompleted);
        Assert.False(lost.IsCancellationRequested);

        // And it ends when the lease is really lost.
        time.Advance(TimeSpan.FromSeconds(20));
        await keeping.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.True(lost.IsCancellationRequested);
    }

    [Fact]
    public async Task Worker_that_stops_says_that_its_job_waits_again()
    {
        await using var host = await StartAsync(withWorker: false);
        var import = await host.UploadAsync(ContactsHost.Ann, ImportTests.Rows(50_000));
        await using (await host.StartAnotherAsync(settings: new Dictionary<string, string?> { ["Imports:BatchSize"] = "10" }))
        {
            await Until.TrueAsync(() => host.Publisher.Ephemeral.Any(e => View(e.Data) is { State: "running", RowsPerSecond: > 0 }), "the import runs");
        }

        var (channel, name, data) = host.Publisher.Ephemeral.Last();
        Assert.Equal(("user:ann", "import.progress"), (channel, name));
        var told = View(data);
        Assert.Equal((import.Id, "queued", null, null), (told.Id, told.State, told.RowsPerSecond, told.SecondsLeft));
        Assert.InRange(told.Rows, 1, 49_999);
        var stored = (await host.Get<ImportService>().FindAsync("id-ann", import.Id, TestContext.Current.CancellationToken))!;
        Assert.Equal(("queued", null, null), (stored.State, stored.RowsPerSecond, stored.SecondsLeft));

        static ImportView View(string data) => JsonSerializer.Deserialize<ImportView>(data, JsonSerializerOptions.Web)!;
    }

    [Fact]
    public async Task One_job_of_a_user_runs_at_a_time_and_another_users_beside_it()
    {
        await using var host = await StartAsync(withWorker: false);
        await host.UploadAsync(ContactsHost.Ann, ImportTests.Rows(1));
        await host.UploadAsync(ContactsHost.Ann, ImportTests.Rows(1));
        await host.UploadAsync(ContactsHost.Bo, ImportTests.Rows(1));
        var queue = host.Get<ImportQueue>();

        var claimed = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => queue.ClaimAsync(TestContext.Current.CancellationToken))));

        Assert.Equal(["id-ann", "id-bo"], claimed.Where(job => job is not null).Select(job => job!.Owner).Order());
        var anns = claimed.Single(job => job?.Owner == "id-ann")!;
        Assert.True(await queue.TryEndAsync(anns, ImportState.Completed, null, TestContext.Current.CancellationToken));
        Assert.Equal("id-ann", (await queue.ClaimAsync(TestContext.Current.CancellationToken))?.Owner);
    }

    [Fact]
    public async Task Job_that_never_gets_anywhere_fails_with_a_reason()
    {
        await using var host = await StartAsync(
            withWorker: false, settings: new Dictionary<string, string?> { ["Imports:MaxAttempts"] = "2", ["Imports:RetryDelay"] = "00:00:00", ["Imports:PollInterval"] = "00:00:00.1" });
        var import = await host.UploadAsync(ContactsHost.Ann, ImportTests.Rows(10));
        await RefuseAsync(host, "INSERT ON \"Contacts\"");

        await using var worker = await host.StartAnotherAsync(
            settings: new Dictionary<string, string?> { ["Imports:MaxAttempts"] = "2", ["Imports:RetryDelay"] = "00:00:00", ["Imports:PollInterval"] = "00:00:00.1" });
        var ended = await worker.WaitForEndAsync(ContactsHost.Ann, import.Id);

        Assert.Equal("failed", ended.State);
        Assert.Contains("tried several times", ended.Error);
        await host.Publisher.WaitForAsync("import.failed");
        Assert.Empty(await host.ContactsOfAsync(ContactsHost.Ann));
    }

    [Fact]
    public async Task Several_workers_share_the_queue_and_every_import_ends_once()
    {
        await using var host = await StartAsync(settings: new Dictionary<string, string?> { ["Imports:BatchSize"] = "100" });
        await using var other = await host.StartAnotherAsync(settings: new Dictionary<string, string?> { ["Imports:BatchSize"] = "100" });
        var users = Enumerable.Range(0, 6).Select(i => new ContactsUser($"id-{i}", $"u{i}", $"user:u{i}")).ToList();
        var imports = new List<(ContactsUser User, ImportView Import)>();
        for (var i = 0; i < 12; i++)
        {
            imports.Add((users[i % 6], await host.UploadAsync(users[i % 6], ImportTests.Rows(700))));
        }

        foreach (var (user, import) in imports)
        {
            Assert.Equal("completed", (await host.WaitForEndAsync(user, import.Id)).State);
        }

        await host.Publisher.WaitForAsync("notification", 12);
        Assert.Equal(12, host.Publisher.Events.Count(e => e.EventName == "import.completed"));
        Assert.All(users, user => Assert.Equal(700, host.Get<ContactService>().ListAsync(user.Id, null, new PageRequest(1, 1), TestContext.Current.CancellationToken).Result.Total));
    }

    private static async Task<ImportStore> OpenStoreAsync(ContactsHost host, TimeProvider time) =>
        new(await host.Database.OpenStoreAsync(new ImportOptions().Lease, TestContext.Current.CancellationToken), time);

    /// <summary>Lets writes of a kind fail, as in <c>INSERT ON "Contacts"</c>.</summary>
    private Task RefuseAsync(ContactsHost host, string writes) => ExecuteAsync(host, Store == StoreKind.Sqlite
        ? $"CREATE TRIGGER refused BEFORE {writes} BEGIN SELECT RAISE(ABORT, 'away'); END"
        : $"CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'away'; END $$; CREATE TRIGGER refused BEFORE {writes} FOR EACH ROW EXECUTE FUNCTION refuse()");

    private Task AllowAsync(ContactsHost host, string table) => ExecuteAsync(host, Store == StoreKind.Sqlite ? "DROP TRIGGER refused" : $"DROP TRIGGER refused ON \"{table}\"");

    private static async Task ExecuteAsync(ContactsHost host, string sql)
    {
        await using var context = host.CreateContext();
        await context.Database.ExecuteSqlRawAsync(sql, TestContext.Current.CancellationToken);
    }

    private sealed class SignalLogger : ILogger<ImportRunner>
    {
        private readonly TaskCompletionSource _logged = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Logged => _logged.Task;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => _logged.TrySetResult();
    }

    private static ImportBatch Batch(int first, int count)
    {
        var batch = new ImportBatch { FirstRow = first, BytesRead = first + count };
        for (var i = first; i < first + count; i++)
        {
            batch.Contacts.Add(new ContactDraft { [ContactField.Name] = $"Person {i}" });
        }

        return batch;
    }
}

public sealed class ImportLeaseOnSqliteTests() : ImportLeaseTests(StoreKind.Sqlite);

public sealed class ImportLeaseOnPostgreSqlTests() : ImportLeaseTests(StoreKind.PostgreSql)
{
    [Fact]
    public async Task Job_that_another_process_has_locked_is_passed_over_without_waiting()
    {
        await using var host = await StartAsync(withWorker: false);
        await host.UploadAsync(ContactsHost.Ann, ImportTests.Rows(1));
        await host.UploadAsync(ContactsHost.Bo, ImportTests.Rows(1));
        await using var connection = new NpgsqlConnection(host.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var frozen = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand("""SELECT 1 FROM "Imports" WHERE "Owner" = 'id-ann' FOR UPDATE""", connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        var queue = host.Get<ImportQueue>();

        Assert.Equal("id-bo", (await queue.ClaimAsync(TestContext.Current.CancellationToken))?.Owner);
        Assert.Null(await queue.ClaimAsync(TestContext.Current.CancellationToken));
        await frozen.RollbackAsync(TestContext.Current.CancellationToken);
        Assert.Equal("id-ann", (await queue.ClaimAsync(TestContext.Current.CancellationToken))?.Owner);
    }

    [Theory]
    [InlineData(1, "5s")]
    [InlineData(10, "15s")]
    [InlineData(60, "90s")]
    public async Task Batches_are_given_up_somewhat_after_the_lease_and_not_before(int lease, string silence)
    {
        await using var host = await StartAsync(withWorker: false);
        await using var store = await host.Database.OpenStoreAsync(TimeSpan.FromSeconds(lease), TestContext.Current.CancellationToken);
        foreach (var setting in new[] { "statement_timeout", "idle_in_transaction_session_timeout" })
        {
            await using var show = store.Connection.CreateCommand();
            show.CommandText = $"SELECT current_setting('{setting}')::interval = '{silence}'";
            Assert.True((bool)(await show.ExecuteScalarAsync(TestContext.Current.CancellationToken))!, setting);
        }
    }

    [Fact]
    public async Task Worker_whose_imports_would_wait_for_each_others_connections_does_not_start()
    {
        await using var database = await TestDatabase.CreateAsync(StoreKind.PostgreSql);
        foreach (var (connections, isEnough) in new[] { (12, false), (13, true) })
        {
            var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
            builder.Configuration["ConnectionStrings:contacts"] = new NpgsqlConnectionStringBuilder(database.ConnectionString) { MaxPoolSize = connections }.ToString();
            builder.Configuration["Imports:Concurrency"] = "4";
            builder.AddContacts().AddImportWorker();
            using var host = builder.Build();
            var options = host.Services.GetRequiredService<IOptions<ImportOptions>>();
            if (isEnough)
            {
                Assert.Equal(4, options.Value.Concurrency);
            }
            else
            {
                Assert.Contains("'Maximum Pool Size' to 13", Assert.Throws<OptionsValidationException>(() => options.Value).Message);
            }
        }
    }

    [Fact]
    public async Task Import_outlives_the_end_of_every_session_again_and_again()
    {
        await using var host = await StartAsync(settings: new Dictionary<string, string?>
        {
            ["Imports:BatchSize"] = "20",
            ["Imports:RetryDelay"] = "00:00:00.1",
            ["Imports:PollInterval"] = "00:00:00.1",
            ["Imports:Lease"] = "00:00:02",
        });
        var import = await host.UploadAsync(ContactsHost.Ann, ImportTests.Rows(3000));
        await using var connection = new NpgsqlConnection(host.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        foreach (var rows in (int[])[1, 500, 1000])
        {
            // A question may meet the end of its session more often than it is repeated.
            await ContactsHost.Eventually(async () =>
            {
                await using var look = new NpgsqlCommand("""SELECT "Rows" FROM "Imports" """, connection);
                return (long)(await look.ExecuteScalarAsync(TestContext.Current.CancellationToken))! >= rows ? "reached" : null;
            });
            await using var end = new NpgsqlCommand("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()", connection);
            await end.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        var ended = await host.WaitForEndAsync(ContactsHost.Ann, import.Id);

        Assert.Equal(("completed", 3000L, 3000L), (ended.State, ended.Rows, ended.Added));
        await host.Publisher.WaitForAsync("notification");
        Assert.Single(host.Publisher.Events, e => e.EventName == "import.completed");
    }
}
