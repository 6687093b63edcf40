using System.Text;
using PushApp.Contacts;

namespace PushApp.Tests.Unit.Contacts;

public sealed class RecordBoundsTests
{
    [Fact]
    public void Card_with_too_many_values_is_rejected_and_the_next_goes_in()
    {
        var records = ContactText.Read($"BEGIN:VCARD\nVERSION:3.0\nFN:Many\n{Repeat(201, i => $"EMAIL:m{i}@example.com\n")}END:VCARD\nBEGIN:VCARD\nVERSION:3.0\nFN:Bo\nEND:VCARD\n");

        Assert.Contains("more than 200", records[0].Reason);
        Assert.Equal("Bo", records[1].Contact?[ContactField.Name]);
        Assert.Equal(200, ContactText.ReadOne($"BEGIN:VCARD\nVERSION:3.0\nFN:Many\n{Repeat(200, i => $"EMAIL:m{i}@example.com\n")}END:VCARD\n").Emails.Count);
    }

    [Fact]
    public void Card_that_is_too_long_is_rejected_however_small_its_lines_and_the_next_goes_in()
    {
        var records = ContactText.Read($"BEGIN:VCARD\nVERSION:3.0\nFN:Long\n{Repeat(70_000, i => $"item{i}.X-ABLABEL:l\n")}END:VCARD\nBEGIN:VCARD\nVERSION:3.0\nFN:Bo\nEND:VCARD\n");

        Assert.Contains("longer than 1,048,576 characters", records[0].Reason);
        Assert.Equal(("Bo", 70_005L), (records[1].Contact?[ContactField.Name], records[1].Line));
    }

    [Fact]
    public void Pictures_do_not_count_and_the_rest_of_a_card_does()
    {
        var note = new string('n', 60_000);
        var record = Assert.Single(ContactText.Read($"BEGIN:VCARD\nVERSION:3.0\nFN:Ann\nPHOTO;ENCODING=b:{new string('A', 2_000_000)}\nNOTE:{note}\nEND:VCARD\n"));

        Assert.Equal(note, record.Contact?[ContactField.Note]);
        Assert.InRange(record.Length, 60_000, 61_000);
    }

    [Fact]
    public void Cell_with_too_many_values_is_rejected_and_the_next_row_goes_in()
    {
        var records = ContactText.Read($"First Name,E-mail 1 - Label,E-mail 1 - Value\nMany,,{string.Join(" ::: ", Enumerable.Range(0, 201).Select(i => $"m{i}@example.com"))}\nBo,,bo@example.com\n");

        Assert.Contains("more than 200", records[0].Reason);
        Assert.Equal("bo@example.com", records[1].Contact?.Emails[0].Value);
    }

    [Fact]
    public void Header_with_thousands_of_columns_is_refused() =>
        Assert.Contains(
            "2,001 columns",
            ContactText.Refuse(Encoding.UTF8.GetBytes($"Name,{string.Join(',', Enumerable.Range(0, 2000).Select(i => $"c{i}"))}\nAnn\n")).Message);

    private static string Repeat(int count, Func<int, string> line) => string.Concat(Enumerable.Range(0, count).Select(line));
}
