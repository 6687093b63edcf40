using PushApp.Contacts;

namespace PushApp.Tests.Unit.Contacts;

public sealed class VCardTests
{
    [Fact]
    public void Card_of_version_3_is_understood()
    {
        var contact = ContactText.ReadOne(
            """
            BEGIN:VCARD
            VERSION:3.0
            N:Lee;Ann;Marie,Rose;Dr.;
            FN:Dr. Ann Lee
            ORG:Acme\, Inc.;R&D;Lab
            TITLE:Engineer
            EMAIL;TYPE=INTERNET,WORK,PREF:ann@acme.example
            item1.EMAIL;type=INTERNET:ann@home.example
            item1.X-ABLabel:_$!<School>!$_
            TEL;TYPE=CELL;TYPE=VOICE:+1 555 0100
            ADR;TYPE=HOME:;;1 Main St;Springfield;;12345;USA
            BDAY:19850412
            NOTE:first\nsecond\; third\\
            URL:https://ann.example
            PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgABAQAAAQABAAD
             /2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8U
            END:VCARD
            """);

        Assert.Equal("Dr. Ann Lee", contact[ContactField.Name]);
        Assert.Equal("Ann", contact[ContactField.GivenName]);
        Assert.Equal("Acme, Inc.", contact[ContactField.Company]);
        Assert.Equal("R&D, Lab", contact[ContactField.Department]);
        Assert.Equal([new("ann@acme.example", "work"), new("ann@home.example", "school")], contact.Emails);
        Assert.Equal([new("+1 555 0100", "cell")], contact.Phones);
        Assert.Equal([new("1 Main St, Springfield, 12345, USA", "home")], contact.Addresses);
        Assert.Equal("1985-04-12", contact[ContactField.Birthday]);
        Assert.Equal("first\nsecond; third\\", contact[ContactField.Note]);
    }

    [Fact]
    public void Year_that_Apple_writes_where_there_is_none_is_no_year()
    {
        Assert.Equal("--0520", Birthday("BDAY;X-APPLE-OMIT-YEAR=1604;VALUE=date:1604-05-20"));
        Assert.Equal("1985-05-20", Birthday("BDAY;X-APPLE-OMIT-YEAR=1604;VALUE=date:1985-05-20"));

        static string? Birthday(string line) => ContactText.ReadOne($"BEGIN:VCARD\nVERSION:3.0\nFN:Ann\n{line}\nEND:VCARD\n")[ContactField.Birthday];
    }

    [Fact]
    public void Files_that_were_put_together_are_read_across_their_byte_order_marks()
    {
        var records = ContactText.Read("BEGIN:VCARD\nFN:Ann\nEND:VCARD\n\uFEFFBEGIN:VCARD\nFN:Bo\nEND:VCARD\n");

        Assert.Equal(["Ann", "Bo"], records.Select(record => record.Contact?[ContactField.Name]));
    }

    [Fact]
    public void Card_of_version_4_is_understood()
    {
        var contact = ContactText.ReadOne(
            """
            BEGIN:VCARD
            VERSION:4.0
            FN;CHARSET=UTF-8:Jürgen Groß
            TEL;VALUE=uri;PREF=1;TYPE="voice,home":tel:+49-30-1234;ext=12
            EMAIL;PREF=1:mailto:j@example.com
            ORG;SORT-AS="x;y:z":Groß GmbH
            BDAY:--0412
            END:VCARD
            """);

        Assert.Equal("Jürgen Groß", contact[ContactField.Name]);
        Assert.Equal([new("+49-30-1234 ext. 12", "home")], contact.Phones);
        Assert.Equal([new("j@example.com", null)], contact.Emails);
        Assert.Equal("Groß GmbH", contact[ContactField.Company]);
        Assert.Equal("--0412", contact[ContactField.Birthday]);
    }

    [Fact]
    public void Folded_lines_are_joined_wherever_they_were_cut()
    {
        Assert.Equal(
            "A long note that was folded, with one blank kept",
            ContactText.ReadOne("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ann\r\nNOTE:A long no\r\n te that was folded\r\n\t, with one\r\n  blank kept\r\nEND:VCARD\r\n")[ContactField.Note]);
    }

    [Theory]
    [InlineData("FN:J\xC3\r\n \xBCrgen", "Jürgen")]
    [InlineData("FN:J\xC3\n\t\xBCrgen", "Jürgen")]
    [InlineData("FN:a\xE2\r\n \x82\u00ACb\xE2\x82\r\n \xAC", "a€b€")]
    [InlineData("FN:\xF0\x9F\r\n \x98\x80", "😀")]
    [InlineData("FN:J\xFCrgen \xC3\r\n x", "Jürgen Ãx")]
    public void Lines_folded_inside_of_a_character_are_joined_before_they_are_decoded(string name, string expected)
    {
        var records = ContactText.Read(System.Text.Encoding.Latin1.GetBytes($"BEGIN:VCARD\r\nVERSION:3.0\r\n{name}\r\nEND:VCARD\r\nstray\r\n"));

        Assert.Equal(expected, records[0].Contact![ContactField.Name]);
        Assert.Equal(4 + name.Count(c => c == '\n') + 1, records[1].Line);
    }

    [Fact]
    public void Picture_on_one_endless_line_is_skipped()
    {
        var contact = ContactText.ReadOne($"BEGIN:VCARD\nVERSION:3.0\nFN:Ann\nPHOTO;ENCODING=b:{new string('A', 500_000)}\nEMAIL:a@example.com\nEND:VCARD\n");

        Assert.Equal("a@example.com", Assert.Single(contact.Emails).Value);
    }

    [Fact]
    public void Bad_cards_are_rejected_with_their_line_and_the_rest_goes_in()
    {
        var records = ContactText.Read(
            """
            BEGIN:VCARD
            VERSION:3.0
            FN:Ann
            END:VCARD

            BEGIN:VCARD
            VERSION:2.1
            FN:Old
            END:VCARD
            stray line
            BEGIN:VCARD
            VERSION:4.0
            FN:Cut
            BEGIN:VCARD
            VERSION:4.0
            FN:Bo
            END:VCARD
            BEGIN:VCARD
            VERSION:4.0
            EMAIL:nonsense
            END:VCARD
            BEGIN:VCARD
            VERSION:4.0
            KIND:group
            FN:Friends
            END:VCARD
            BEGIN:VCARD
            FN:Last
            """);

        Assert.Equal(["Ann", null, null, null, "Bo", null, null, null], records.Select(record => record.Contact?[ContactField.Name]));
        Assert.Equal([1L, 6L, 10L, 11L, 14L, 18L, 22L, 27L], records.Select(record => record.Line));
        Assert.Contains("version 2.1", records[1].Reason);
        Assert.Contains("BEGIN:VCARD", records[2].Reason);
        Assert.Contains("before the next one", records[3].Reason);
        Assert.Contains("'nonsense' is no e-mail address", records[5].Reason);
        Assert.Contains("group", records[6].Reason);
        Assert.Contains("end of the file", records[7].Reason);
        Assert.Contains("FN:Old", Assert.Single(records[1].Columns!));
    }
}
