using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using PushApp.Contacts;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Contacts;

/// <summary>What one file, and one user's many files, may leave in the database.</summary>
public abstract class ImportRetentionTests(StoreKind store) : StoreTests(store)
{
    [Fact]
    public async Task Rejected_rows_beyond_the_bound_are_counted_and_said_but_not_kept()
    {
        await using var host = await StartAsync(
            settings: new Dictionary<string, string?> { ["Imports:MaxRejectedRows"] = "5", ["Imports:BatchSize"] = "3" });

        var import = await host.ImportAsync(ContactsHost.Ann, "Name,Email\n" + string.Concat(Enumerable.Range(0, 20).Select(i => $"Person {i},nonsense\n")));

        Assert.Equal(20, import.Rejected);
        Assert.Contains("first 5 rejected rows", import.Notice);
        Assert.Contains("first 5 rejected rows", (await host.Publisher.WaitForAsync("notification")).Data);
        await using var context = host.CreateContext();
        Assert.Equal(5, context.RejectedRows.Count());
        var lines = (await RejectedAsync(host, import)).TrimEnd().Split("\r\n");
        Assert.Equal(7, lines.Length);
        Assert.Contains("15 more rows were rejected", lines[^1]);

        // Imported again, that line is no row.
        Assert.Equal(5, (await host.ImportAsync(ContactsHost.Ann, string.Join("\r\n", lines))).Rows);
    }

    [Fact]
    public async Task Ended_imports_go_with_their_rejected_rows_when_they_are_old()
    {
        await using var host = await StartAsync();
        await host.ImportAsync(ContactsHost.Ann, "Name,Email\nAnn,\nBo,nonsense\n");
        await using var context = host.CreateContext();
        await EndedAgoAsync(89);
        Assert.Single(context.Imports);
        await EndedAgoAsync(91);

        Assert.Empty(context.Imports);
        Assert.Empty(context.RejectedRows);
        Assert.Equal("Ann", Assert.Single(await host.ContactsOfAsync(ContactsHost.Ann)).Name);

        async Task EndedAgoAsync(int days)
        {
            var then = DateTimeOffset.UtcNow - TimeSpan.FromDays(days);
            await context.Imports.ExecuteUpdateAsync(set => set.SetProperty(job => job.EndedAt, then), TestContext.Current.CancellationToken);
            await SweepAsync(host);
        }
    }

    [Fact]
    public async Task Ended_imports_beyond_a_users_number_go_and_the_newest_stay()
    {
        await using var host = await StartAsync(settings: new Dictionary<string, string?> { ["Imports:MaxKeptPerUser"] = "2" });
        await host.ImportAsync(ContactsHost.Bo, "Name,Email\nBo,nonsense\n");
        var imports = new List<ImportView>();
        for (var i = 0; i < 4; i++)
        {
            imports.Add(await host.ImportAsync(ContactsHost.Ann, $"Name,Email\nP{i},nonsense\n"));
        }

        await SweepAsync(host);

        var kept = await host.Get<ImportService>().ListAsync("id-ann", new PageRequest(1, 50), TestContext.Current.CancellationToken);
        Assert.Equal(imports.TakeLast(2).Reverse().Select(import => import.Id), kept.Items.Select(import => import.Id));
        Assert.Equal(3, host.CreateContext().RejectedRows.Count());
    }

    [Fact]
    public async Task Notifications_that_are_old_or_beyond_a_users_number_go_and_the_newest_stay()
    {
        await using var host = await StartAsync(withWorker: false, settings: new Dictionary<string, string?> { ["Imports:MaxKeptPerUser"] = "2" });
        await using var context = host.CreateContext();
        var now = DateTimeOffset.UtcNow;
        foreach (var (owner, title, days) in ((string, string, int)[])[("id-ann", "newest", 0), ("id-ann", "new", 1), ("id-ann", "one too many", 2), ("id-bo", "kept", 89), ("id-bo", "old", 91)])
        {
            context.Notifications.Add(new Notification { Id = Guid.CreateVersion7(), Owner = owner, Kind = "import.completed", Title = title, Text = "", Time = now.AddDays(-days) });
        }

        await context.SaveChangesAsync(TestContext.Current.CancellationToken);
        await SweepAsync(host);

        Assert.Equal(["kept", "new", "newest"], context.Notifications.Select(notification => notification.Title).AsEnumerable().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Header_without_a_known_way_to_reach_anybody_is_said()
    {
        await using var host = await StartAsync();

        Assert.Contains("Not read: Puhelin.", (await host.ImportAsync(ContactsHost.Ann, "Name,Puhelin\nAnn,555 0100\n")).Notice);
        Assert.Null((await host.ImportAsync(ContactsHost.Ann, "Name,Note\nAnn,x\n")).Notice);
        Assert.Null((await host.ImportAsync(ContactsHost.Ann, "Name,Phone,Shoe size\nAnn,555 0100,38\n")).Notice);
    }

    [Theory]
    [InlineData("Name,Email,Note\r\n-Bob =x,nonsense,x\r\n'=Cy,nonsense,'\r\nDi,\"di@example.com\r\n")]
    [InlineData("BEGIN:VCARD\nVERSION:2.1\nFN:Old, \"X\"\nEND:VCARD\nstray\n")]
    public async Task Rejected_rows_imported_again_as_they_are_are_the_same_rejected_rows(string file)
    {
        await using var host = await StartAsync();
        var first = await host.ImportAsync(ContactsHost.Ann, file);
        var rejected = await RejectedAsync(host, first);

        var again = await host.ImportAsync(ContactsHost.Ann, rejected);

        Assert.Equal((first.Rejected, 0L), (again.Rejected, again.Added));
        Assert.Equal(Sources(rejected), Sources(await RejectedAsync(host, again)));

        // All but line and reason, of which the line is another one now.
        static IEnumerable<string> Sources(string text) => ContactColumns.Read(text).Select(columns => string.Join('|', columns.Skip(2)));
    }

    [Fact]
    public async Task Long_note_is_cut_in_lists_and_whole_in_its_contact()
    {
        await using var host = await StartAsync();
        await host.ImportAsync(ContactsHost.Ann, $"Name,Note\nAnn,{new string('n', 100_000)}\n");

        var listed = Assert.Single(await host.ContactsOfAsync(ContactsHost.Ann));
        var whole = await host.Get<ContactService>().FindAsync("id-ann", listed.Id, TestContext.Current.CancellationToken);

        Assert.Equal((1000, 100_000), (listed.Note!.Length, whole!.Note!.Length));
    }

    private static async Task<string> RejectedAsync(ContactsHost host, ImportView import)
    {
        var file = await host.Get<ImportService>().FindRejectedAsync("id-ann", import.Id, TestContext.Current.CancellationToken);
        using var stream = new MemoryStream();
        await file!.WriteAsync(stream, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(stream.ToArray()).TrimStart('\uFEFF');
    }

    // A sweeper of its own: the host's keeps to its interval.
    private static Task SweepAsync(ContactsHost host) =>
        ActivatorUtilities.CreateInstance<ImportSweeper>(host.Services).SweepAsync(TestContext.Current.CancellationToken);

    private static class ContactColumns
    {
        public static List<string[]> Read(string text)
        {
            using var records = new CsvRecords(new StringReader(text), ',', 1);
            var rows = new List<string[]>();
            while (records.Read())
            {
                Assert.Null(records.Broken);
                rows.Add(records.GetFields());
            }

            return rows;
        }
    }
}

public sealed class ImportRetentionOnSqliteTests() : ImportRetentionTests(StoreKind.Sqlite);

public sealed class ImportRetentionOnPostgreSqlTests() : ImportRetentionTests(StoreKind.PostgreSql);
