using System.Text;
using PushApp.Web.Site;

namespace PushApp.Tests.Unit.Web;

public sealed class SampleAddressBookTests
{
    [Fact]
    public async Task Same_rows_come_every_time()
    {
        Assert.Equal(await WriteAsync(500), await WriteAsync(500));
        Assert.StartsWith(await WriteAsync(400), await WriteAsync(500));
    }

    [Fact]
    public void E_mail_addresses_are_plain_and_only_the_same_person_has_the_same()
    {
        var emails = Enumerable.Range(0, 10_000).Where(row => row % 400 != 399).Select(row => SampleAddressBook.Row(row).Split(',')[5]).ToList();

        Assert.All(emails, email => Assert.Matches(@"^[a-z]+\.[a-z]+\d+@[a-z]+\.example$", email));
        // Rows 89, 179, … are somebody again, except those that hold nobody.
        var again = Enumerable.Range(0, 10_000).Count(row => row % 90 == 89 && row % 400 != 399);
        Assert.Equal(emails.Count - again, emails.Distinct().Count());
    }

    private static async Task<string> WriteAsync(int rows)
    {
        using var stream = new MemoryStream();
        await SampleAddressBook.WriteAsync(stream, rows);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
