using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using PushApp.Contacts;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Contacts;

public abstract class ContactSearchTests(StoreKind store, SearchedBooks books) : StoreTests(store)
{
    [Theory]
    [InlineData("JÜRGEN", "Jürgen Groß")]
    [InlineData("ürge", "Jürgen Groß")]
    [InlineData("ju\u0308rgen", "Jürgen Groß")]
    [InlineData("jurgen", "")]
    [InlineData("groß söhne", "Jürgen Groß")]
    [InlineData("1234567", "Jürgen Groß")]
    [InlineData("lee acme", "Ann Lee")]
    [InlineData("lee@acme", "Ann Lee")]
    [InlineData("555 01", "Ann Lee")]
    [InlineData("e", "")]
    [InlineData("a", "Ann Lee|Bo 100%_sure")]
    [InlineData("an", "Ann Lee|Bo 100%_sure")]
    [InlineData("ee", "")]
    [InlineData("nn", "")]
    [InlineData("l", "Ann Lee|Li 李小龙")]
    [InlineData("李", "Li 李小龙")]
    [InlineData("小", "")]
    [InlineData("李小", "Li 李小龙")]
    [InlineData("小龙", "")]
    [InlineData("李小龙", "Li 李小龙")]
    [InlineData("100%", "Bo 100%_sure")]
    [InlineData("%_s", "Bo 100%_sure")]
    [InlineData("0%_sur", "Bo 100%_sure")]
    [InlineData("___", "")]
    [InlineData("%%%", "")]
    [InlineData("near(", "Bo 100%_sure")]
    [InlineData("AND OR NOT", "Bo 100%_sure")]
    [InlineData("o\"neil", "O\"Neil * Star")]
    [InlineData("*", "O\"Neil * Star")]
    [InlineData("ann*", "")]
    [InlineData("x:y -minus", "O\"Neil * Star")]
    [InlineData("\"", "")]
    [InlineData("'; DROP TABLE Contacts; --", "")]
    [InlineData("an\0n", "Bo 100%_sure")]
    [InlineData("\ud800", "")]
    [InlineData("gmbhacme", "")]
    [InlineData("lee555", "")]
    public async Task Words_are_found_as_text_without_case(string search, string expected)
    {
        var host = await books.GetAsync(Store);

        var found = await host.ContactsOfAsync(ContactsHost.Ann, search);

        Assert.Equal(expected.Length == 0 ? [] : expected.Split('|'), found.Select(contact => contact.Name));
    }

    [Fact]
    public async Task Contact_is_found_by_what_it_became_and_no_longer_by_what_it_was()
    {
        await using var host = await StartAsync();
        await host.ImportAsync(ContactsHost.Ann, "Name,Email,Company\nAnn Lee,ann@example.com,Oldname\n");
        await host.ImportAsync(ContactsHost.Ann, "Name,Email,Company\nAnn Lee,ann@example.com,Newname\n");

        Assert.Empty(await host.ContactsOfAsync(ContactsHost.Ann, "oldname"));
        Assert.Single(await host.ContactsOfAsync(ContactsHost.Ann, "newname"));
    }

    [Fact]
    public async Task Pages_are_in_order_and_tell_the_total_also_behind_the_last()
    {
        await using var host = await StartAsync();
        await host.ImportAsync(ContactsHost.Ann, ImportTests.Rows(250));
        var contacts = host.Get<ContactService>();

        foreach (var search in (string?[])[null, "person"])
        {
            var all = new List<string>();
            for (var number = 1; number <= 3; number++)
            {
                var page = await contacts.ListAsync("id-ann", search, new PageRequest(number, 100), TestContext.Current.CancellationToken);
                Assert.Equal(250, page.Total);
                all.AddRange(page.Items.Select(contact => contact.Name));
            }

            Assert.Equal(all.Order(StringComparer.Ordinal), all);
            Assert.Equal(250, all.Distinct().Count());
            var behind = await contacts.ListAsync("id-ann", search, new PageRequest(9, 100), TestContext.Current.CancellationToken);
            Assert.Equal((0, 250L), (behind.Items.Count, behind.Total));
        }
    }

}

public sealed class ContactSearchOnSqliteTests(SearchedBooks books) : ContactSearchTests(StoreKind.Sqlite, books), IClassFixture<SearchedBooks>
{
    [Fact]
    public async Task Contacts_are_listed_and_found_while_an_import_holds_the_write_lock()
    {
        await using var host = await StartAsync();
        await host.ImportAsync(ContactsHost.Ann, SearchedBooks.Book);
        await using var connection = new SqliteConnection(host.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var writing = connection.BeginTransaction(deferred: false);

        Assert.Equal(5, (await host.ContactsOfAsync(ContactsHost.Ann)).Count);
        Assert.Single(await host.ContactsOfAsync(ContactsHost.Ann, "acme"));
    }

    [Fact]
    public async Task Every_question_is_answered_by_an_index()
    {
        await using var host = await StartAsync();
        await host.ImportAsync(ContactsHost.Ann, SearchedBooks.Book);
        await using var context = host.CreateContext();
        await context.Database.OpenConnectionAsync(TestContext.Current.CancellationToken);
        var connection = (SqliteConnection)context.Database.GetDbConnection();

        Assert.Equal(["SEARCH Contacts USING COVERING INDEX IX_Contacts_BookId_SortName (BookId=?)"], Plan(SqliteContactList.PageSql));
        Assert.Equal(["SEARCH Contacts USING COVERING INDEX IX_Contacts_BookId_SortName (BookId=?)"], Plan(SqliteContactList.CountSql));
        var search = Plan(SqliteContactList.SearchSql(SearchWords.Parse("ann lee@ac")!));
        Assert.Contains(search, step => step.StartsWith("SCAN ContactSearch VIRTUAL TABLE INDEX 0:", StringComparison.Ordinal) && step.Contains('M') && step.Contains('>'));
        Assert.Contains("SEARCH c USING INTEGER PRIMARY KEY (rowid=?)", search);
        Assert.DoesNotContain(search, step => step.StartsWith("SCAN c", StringComparison.Ordinal) || step.Contains("AUTOMATIC"));

        List<string> Plan(string sql)
        {
            using var command = connection.CreateCommand();
            command.CommandText = "EXPLAIN QUERY PLAN " + sql;
            foreach (var name in (string[])["$book", "$take", "$skip", "$match", "$first", "$last", "$word0", "$word1"])
            {
                command.Parameters.AddWithValue(name, name == "$match" ? "\"ann\"" : 1);
            }

            using var reader = command.ExecuteReader();
            var steps = new List<string>();
            while (reader.Read())
            {
                steps.Add(reader.GetString(3));
            }

            return steps;
        }
    }

    [Fact]
    public async Task Contacts_of_before_the_index_are_found_after_the_migration()
    {
        var folder = Directory.CreateTempSubdirectory("pushapp-search-");
        try
        {
            var options = new DbContextOptionsBuilder<ContactsDbContext>();
            options.UseContactsDatabase($"Data Source={Path.Combine(folder.FullName, "contacts.db")};Pooling=False", ContactsDbContext.MigrationsHistoryTable);
            await using var context = new ContactsDbContext(options.Options);
            await context.Database.MigrateAsync("20261124074915_Initial", TestContext.Current.CancellationToken);
            await context.Database.ExecuteSqlRawAsync(
                """
                INSERT INTO AddressBooks (Id, Owner, Version) VALUES (3, 'id-ann', 1);
                INSERT INTO Contacts (Id, BookId, DisplayName, SortName, Name, Emails, Phones, Addresses, Urls, SearchText, CreatedAt, UpdatedAt)
                VALUES (7, 3, 'Ann Lee', 'ann lee', 'Ann Lee', '', '', '', '', 'ann lee' || char(10) || 'acme' || char(10), 0, 0);
                """,
                TestContext.Current.CancellationToken);

            await DatabaseMigrator.MigrateAsync(context, TestContext.Current.CancellationToken);

            var connection = (SqliteConnection)context.Database.GetDbConnection();
            await context.Database.OpenConnectionAsync(TestContext.Current.CancellationToken);
            foreach (var search in (string[])["a", "le", "acm", "ann acme"])
            {
                var (ids, total) = await SqliteContactList.ReadAsync(connection, 3, SearchWords.Parse(search), 0, 10, TestContext.Current.CancellationToken);
                Assert.Equal([7L], ids);
                Assert.Equal(1, total);
            }

            await context.Contacts.ExecuteDeleteAsync(TestContext.Current.CancellationToken);
            Assert.Empty((await SqliteContactList.ReadAsync(connection, 3, SearchWords.Parse("ann"), 0, 10, TestContext.Current.CancellationToken)).Ids);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}

public sealed class ContactSearchOnPostgreSqlTests(SearchedBooks books) : ContactSearchTests(StoreKind.PostgreSql, books), IClassFixture<SearchedBooks>
{
    [Fact]
    public async Task Every_question_is_answered_by_an_index()
    {
        await using var host = await StartAsync();
        await host.ImportAsync(ContactsHost.Ann, ImportTests.Rows(5000));
        await using var connection = new NpgsqlConnection(host.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using (var analyze = new NpgsqlCommand("VACUUM ANALYZE \"Contacts\"", connection))
        {
            await analyze.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        // With one book in it, the whole table is as good.
        await using (var other = new NpgsqlCommand("SET enable_seqscan = off", connection))
        {
            await other.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        Assert.Contains("Index Only Scan using \"IX_Contacts_BookId_SortName_Id\"", await PlanAsync(PostgreSqlContactList.PageSql));
        Assert.Contains("Index Only Scan using", await PlanAsync(PostgreSqlContactList.CountSql));
        Assert.Contains("Bitmap Index Scan on \"IX_Contacts_SearchText\"", await PlanAsync(PostgreSqlContactList.SearchSql(SearchWords.Parse("person4711@ex 4711")!)));

        async Task<string> PlanAsync(string sql)
        {
            await using var command = new NpgsqlCommand("EXPLAIN " + sql, connection);
            foreach (var (name, value) in (ReadOnlySpan<(string, object)>)[("book", 1L), ("take", 50L), ("skip", 0L), ("word0", "%person4711@ex%"), ("word1", "%4711%")])
            {
                command.Parameters.AddWithValue(name, value);
            }

            var steps = new StringBuilder();
            await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
            while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            {
                steps.AppendLine(reader.GetString(0));
            }

            return steps.ToString();
        }
    }
}
