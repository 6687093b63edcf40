using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using PushApp.Contacts;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Contacts;

public abstract class ImportTests(StoreKind store) : StoreTests(store)
{
    [Fact]
    public async Task File_becomes_contacts_and_one_completion_event()
    {
        await using var host = await StartAsync();

        var import = await host.ImportAsync(ContactsHost.Ann, Rows(5000));

        Assert.Equal(("completed", 5000L, 5000L, 0L, 0L, 0L), (import.State, import.Rows, import.Added, import.Updated, import.Unchanged, import.Rejected));
        Assert.Equal(import.BytesTotal, import.BytesRead);
        Assert.Equal(5000, (await host.Get<ContactService>().ListAsync("id-ann", null, new PageRequest(1, 1), TestContext.Current.CancellationToken)).Total);

        var notification = JsonElement.Parse((await host.Publisher.WaitForAsync("notification")).Data);
        Assert.Equal("import.completed", notification.GetProperty("kind").GetString());
        var completed = Assert.Single(host.Publisher.Events, e => e.EventName == "import.completed");
        Assert.Equal("user:ann", completed.Channel);
        Assert.Equal(import, JsonSerializer.Deserialize<ImportView>(completed.Data, JsonSerializerOptions.Web));
        Assert.Contains(host.Publisher.Ephemeral, e => e is { Channel: "user:ann", EventName: "import.progress" } && e.Data.Contains("\"state\":\"running\""));
        Assert.Contains("\"state\":\"queued\"", host.Publisher.Ephemeral.First().Data);
    }

    [Fact]
    public async Task Same_file_again_changes_nothing()
    {
        // Names, numbers and addresses that meet in every way the rules know.
        var random = new Random(7);
        var file = new StringBuilder("Name,Email,Email 2,Phone,Company,Title\n");
        for (var i = 0; i < 3000; i++)
        {
            var email = random.Next(3) == 0 ? "" : $"user{random.Next(400)}@example.com";
            var second = random.Next(3) == 0 ? $"USER{random.Next(400)}@example.com" : "";
            var phone = random.Next(2) == 0 ? $"+49 30 {1000 + random.Next(300)}000" : random.Next(3) == 0 ? $"030/{1000 + random.Next(300)}000" : "";
            file.Append($"{(random.Next(4) == 0 ? "" : $"Person {random.Next(200)}")},{email},{second},{phone},{(random.Next(2) == 0 ? $"Company {random.Next(20)}" : "")},{(random.Next(2) == 0 ? $"Title {i}" : "")}\n");
        }

        await using var host = await StartAsync(settings: new Dictionary<string, string?> { ["Imports:BatchSize"] = "97" });
        var first = await host.ImportAsync(ContactsHost.Ann, file.ToString());
        var second2 = await host.ImportAsync(ContactsHost.Ann, file.ToString());
        var other = await host.ImportAsync(ContactsHost.Bo, file.ToString());

        Assert.True(first is { State: "completed", Added: > 100, Updated: > 100 });
        Assert.Equal((0L, 0L, first.Rows - first.Rejected, first.Rejected), (second2.Added, second2.Updated, second2.Unchanged, second2.Rejected));
        Assert.Equal((first.Added, first.Updated, first.Unchanged), (other.Added, other.Updated, other.Unchanged));
    }

    [Fact]
    public async Task Batch_size_does_not_change_the_outcome()
    {
        var file = new StringBuilder("Name,Email,Phone,Title\n");
        var random = new Random(3);
        for (var i = 0; i < 500; i++)
        {
            file.Append($"P{random.Next(30)},{(random.Next(2) == 0 ? $"u{random.Next(50)}@example.com" : "")},{(random.Next(2) == 0 ? $"555 01{random.Next(50):00}" : "")},T{i}\n");
        }

        var outcomes = new List<string>();
        foreach (var size in (string[])["1", "7", "1000"])
        {
            await using var host = await StartAsync(settings: new Dictionary<string, string?> { ["Imports:BatchSize"] = size });
            var import = await host.ImportAsync(ContactsHost.Ann, file.ToString());
            outcomes.Add(JsonSerializer.Serialize((await host.ContactsOfAsync(ContactsHost.Ann)).Select(contact => contact with { CreatedAt = default, UpdatedAt = default }))
                + import.Added + "," + import.Updated + "," + import.Unchanged);
        }

        Assert.Single(outcomes.Distinct());
    }

    [Fact]
    public async Task Fields_merge_and_nothing_is_overwritten_with_emptiness()
    {
        await using var host = await StartAsync();
        await host.ImportAsync(ContactsHost.Ann, "Name,Email,Phone,Company\nAnn Lee,ann@example.com,,Acme\nAnn Lee,ANN@example.com,555 0100,\nAnn Lee,ann@example.com,,Second wins never\n");
        var again = await host.ImportAsync(ContactsHost.Ann, "Name,Email,Email 2,Title\n,ann@example.com,lee@example.com,Boss\n");
        var byOther = await host.ImportAsync(ContactsHost.Ann, "BEGIN:VCARD\nVERSION:3.0\nFN:Ann B. Lee\nEMAIL:lee@example.com\nORG:Newer\nEND:VCARD\n", "ann.vcf");

        Assert.Equal((1L, 1L), (again.Updated, byOther.Updated));
        var contact = Assert.Single(await host.ContactsOfAsync(ContactsHost.Ann));
        Assert.Equal(("Ann B. Lee", "Newer", "Boss"), (contact.Name, contact.Company, contact.JobTitle));
        Assert.Equal(["ann@example.com", "lee@example.com"], contact.Emails.Select(email => email.Value));
        Assert.Equal("555 0100", Assert.Single(contact.Phones).Value);
    }

    [Fact]
    public async Task Rejected_rows_are_kept_and_can_be_downloaded_without_formulas()
    {
        await using var host = await StartAsync();
        var import = await host.ImportAsync(
            ContactsHost.Ann, "Name,Email,Note\nAnn,ann@example.com,\n=cmd|'/c calc'!A1,nonsense,\"a \"\"b\"\", c\"\nBo,bo@example.com,\n-2+3,+49 30 1,x\n");

        Assert.Equal((2L, 2L), (import.Added, import.Rejected));
        var file = await host.Get<ImportService>().FindRejectedAsync("id-ann", import.Id, TestContext.Current.CancellationToken);
        using var stream = new MemoryStream();
        await file!.WriteAsync(stream, TestContext.Current.CancellationToken);
        var lines = Encoding.UTF8.GetString(stream.ToArray()).TrimStart('\uFEFF').Split("\r\n");

        Assert.Equal("contacts-rejected.csv", file.FileName);
        Assert.Equal("Line,Reason,Name,Email,Note", lines[0]);
        Assert.StartsWith("3,", lines[1]);
        Assert.EndsWith(",\"'=cmd|'/c calc'!A1\",nonsense,\"a \"\"b\"\", c\"", lines[1]);
        Assert.EndsWith(",\"'-2+3\",+49 30 1,x", lines[2]);
        Assert.Null(await host.Get<ImportService>().FindRejectedAsync("id-bo", import.Id, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task File_of_a_header_alone_says_why_nothing_came()
    {
        await using var host = await StartAsync();

        var import = await host.ImportAsync(ContactsHost.Ann, "Name,Email,Phone\n");

        Assert.Equal(("completed", 0L, "There are no rows below the header."), (import.State, import.Rows, import.Notice));
        Assert.Contains(import.Notice!, (await host.Publisher.WaitForAsync("notification")).Data);
    }

    [Fact]
    public async Task Refused_file_leaves_nothing_behind()
    {
        await using var host = await StartAsync(settings: new Dictionary<string, string?> { ["Imports:MaxFileBytes"] = "2000000" });

        await Assert.ThrowsAsync<ContactFileException>(() => host.UploadAsync(ContactsHost.Ann, "no address book\n"));
        await Assert.ThrowsAsync<ContactFileException>(() => host.UploadAsync(ContactsHost.Ann, ""));
        await using (var upload = host.Get<ImportUploads>().Begin(ContactsHost.Ann, "x"))
        {
            // Known after the first bytes, long before the end.
            await Assert.ThrowsAsync<ContactFileException>(async () => await upload.WriteAsync(new byte[ContactFormats.HeadBytes], TestContext.Current.CancellationToken));
        }

        var tooLarge = await Assert.ThrowsAsync<ContactFileException>(() => host.UploadAsync(ContactsHost.Ann, Rows(100_000)));
        Assert.Equal(ContactFileProblem.TooLarge, tooLarge.Problem);

        await using var context = host.CreateContext();
        Assert.Empty(context.Imports);
        Assert.Empty(context.ImportChunks);
    }

    [Fact]
    public async Task Upload_that_breaks_off_is_removed()
    {
        await using var host = await StartAsync(withWorker: false);
        await using (var upload = host.Get<ImportUploads>().Begin(ContactsHost.Ann, "x.csv"))
        {
            await upload.WriteAsync(Encoding.UTF8.GetBytes(Rows(20_000)), TestContext.Current.CancellationToken);
            await using var during = host.CreateContext();
            Assert.Equal(ImportState.Uploading, Assert.Single(during.Imports).State);
        }

        await using var context = host.CreateContext();
        Assert.Empty(context.Imports);
        Assert.Empty(context.ImportChunks);
    }

    [Fact]
    public async Task Upload_that_is_slow_stays_and_one_that_is_silent_goes()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var host = await StartAsync(withWorker: false, time: time);
        var rows = Encoding.UTF8.GetBytes(Rows(20_000));
        await using var upload = host.Get<ImportUploads>().Begin(ContactsHost.Ann, "x.csv");
        await upload.WriteAsync(rows.AsMemory(0, 600_000), TestContext.Current.CancellationToken);

        // Far less than the next piece.
        for (var i = 0; i < 5; i++)
        {
            time.Advance(TimeSpan.FromMinutes(3));
            await upload.WriteAsync(rows.AsMemory(600_000 + i, 1), TestContext.Current.CancellationToken);
            await SweepAsync(host);
        }

        await using var context = host.CreateContext();
        Assert.Equal(ImportState.Uploading, Assert.Single(context.Imports).State);

        time.Advance(TimeSpan.FromMinutes(6));
        await SweepAsync(host);
        Assert.Empty(context.Imports);
        await Assert.ThrowsAsync<UploadAbandonedException>(() => upload.WriteAsync(rows.AsMemory(600_005, 1), TestContext.Current.CancellationToken));

        static Task SweepAsync(ContactsHost host) => ActivatorUtilities.CreateInstance<ImportSweeper>(host.Services).SweepAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Upload_whose_last_piece_was_stored_keeps_its_file_although_nobody_heard_of_it()
    {
        await using var host = await StartAsync(withWorker: false);
        await using var context = host.CreateContext();
        await using (var upload = host.Get<ImportUploads>().Begin(ContactsHost.Ann, "x.csv"))
        {
            await upload.WriteAsync(Encoding.UTF8.GetBytes(Rows(20_000)), TestContext.Current.CancellationToken);
            await context.Imports.ExecuteUpdateAsync(set => set.SetProperty(job => job.State, ImportState.Queued), TestContext.Current.CancellationToken);
        }

        Assert.Equal(ImportState.Queued, Assert.Single(context.Imports).State);
        Assert.NotEmpty(context.ImportChunks);
    }

    [Fact]
    public async Task Waiting_import_is_cancelled_once()
    {
        await using var host = await StartAsync(withWorker: false);
        var import = await host.UploadAsync(ContactsHost.Ann, Rows(10));
        var imports = host.Get<ImportService>();

        Assert.Equal(CancelOutcome.NotFound, (await imports.CancelAsync("id-bo", import.Id, TestContext.Current.CancellationToken)).Outcome);
        Assert.Equal(CancelOutcome.Cancelled, (await imports.CancelAsync("id-ann", import.Id, TestContext.Current.CancellationToken)).Outcome);
        Assert.Equal(CancelOutcome.HasEnded, (await imports.CancelAsync("id-ann", import.Id, TestContext.Current.CancellationToken)).Outcome);
        await host.Publisher.WaitForAsync("notification");
        Assert.Equal(["import.cancelled", "notification"], host.Publisher.Events.Select(e => e.EventName));
    }

    [Fact]
    public async Task Running_import_that_is_cancelled_stops_and_ends_once()
    {
        await using var host = await StartAsync(settings: new Dictionary<string, string?> { ["Imports:BatchSize"] = "10" });
        var import = await host.UploadAsync(ContactsHost.Ann, Rows(50_000));
        await ContactsHost.Eventually(async () =>
            await host.Get<ImportService>().FindAsync("id-ann", import.Id, TestContext.Current.CancellationToken) is { State: "running", Rows: > 0 } running ? running : null);

        var (outcome, cancelled) = await host.Get<ImportService>().CancelAsync("id-ann", import.Id, TestContext.Current.CancellationToken);

        Assert.Equal(CancelOutcome.Cancelled, outcome);
        await host.Publisher.WaitForAsync("notification");
        await host.ImportAsync(ContactsHost.Ann, "Name\nNext\n");
        await host.Publisher.WaitForAsync("notification", 2);
        Assert.Equal(["import.cancelled", "notification", "import.completed", "notification"], host.Publisher.Events.Select(e => e.EventName));
        var contacts = await host.Get<ContactService>().ListAsync("id-ann", null, new PageRequest(1, 1), TestContext.Current.CancellationToken);
        Assert.Equal(cancelled!.Rows + 1, contacts.Total);
    }

    [Fact]
    public async Task Ended_import_keeps_no_bytes()
    {
        await using var host = await StartAsync();
        await host.ImportAsync(ContactsHost.Ann, Rows(20_000));

        await ContactsHost.Eventually(() =>
        {
            using var context = host.CreateContext();
            return Task.FromResult(context.Imports.All(job => job.Swept) && !context.ImportChunks.Any() && !context.ImportTouches.Any() ? "swept" : null);
        });
    }

    [Fact]
    public async Task One_user_cannot_fill_the_queue()
    {
        await using var host = await StartAsync(withWorker: false, new Dictionary<string, string?> { ["Imports:MaxActivePerUser"] = "2" });
        await host.UploadAsync(ContactsHost.Ann, Rows(1));
        await host.UploadAsync(ContactsHost.Ann, Rows(1));

        await Assert.ThrowsAsync<TooManyImportsException>(() => host.UploadAsync(ContactsHost.Ann, Rows(1)));
        await host.UploadAsync(ContactsHost.Bo, Rows(1));
    }

    internal static string Rows(int count)
    {
        var file = new StringBuilder("Name,Email,Phone\n");
        for (var i = 0; i < count; i++)
        {
            file.Append($"Person {i},person{i}@example.com,+1 555 {i:0000000}\n");
        }

        return file.ToString();
    }
}

public sealed class ImportOnSqliteTests() : ImportTests(StoreKind.Sqlite)
{
    [Fact]
    public async Task Download_of_rejected_rows_holds_no_snapshot_while_its_client_reads_slowly()
    {
        await using var host = await StartAsync();
        var rows = string.Concat(Enumerable.Range(0, 2500).Select(i => $"Person {i},nonsense{i}\n"));
        var import = await host.ImportAsync(ContactsHost.Ann, "Name,Email\n" + rows);
        var file = (await host.Get<ImportService>().FindRejectedAsync("id-ann", import.Id, TestContext.Current.CancellationToken))!;
        using var stream = new StreamThatLooks(() =>
        {
            // A checkpoint that may shorten the WAL is possible only while nobody reads from it.
            using var context = host.CreateContext();
            using var command = context.Database.GetDbConnection().CreateCommand();
            context.Database.OpenConnection();
            command.CommandText = "PRAGMA busy_timeout=0; PRAGMA wal_checkpoint(TRUNCATE);";
            Assert.Equal(0L, command.ExecuteScalar());
        });

        await file.WriteAsync(stream, TestContext.Current.CancellationToken);

        var lines = Encoding.UTF8.GetString(stream.ToArray()).TrimEnd().Split("\r\n");
        Assert.Equal(2501, lines.Length);
        Assert.EndsWith("Person 0,nonsense0", lines[1]);
        Assert.EndsWith("Person 2499,nonsense2499", lines[^1]);
        Assert.True(stream.Looks > 2);
    }

    private sealed class StreamThatLooks(Action look) : MemoryStream
    {
        public int Looks { get; private set; }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            look();
            Looks++;
            await base.WriteAsync(buffer, cancellationToken);
        }
    }
}

public sealed class ImportOnPostgreSqlTests() : ImportTests(StoreKind.PostgreSql);
