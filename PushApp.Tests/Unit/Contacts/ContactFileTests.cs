using System.Text;
using PushApp.Contacts;

namespace PushApp.Tests.Unit.Contacts;

public sealed class ContactFileTests
{
    [Theory]
    [InlineData("")]
    [InlineData("\uFEFF")]
    [InlineData(" \r\n\r\n ")]
    public void Empty_file_is_refused(string text)
    {
        var refusal = ContactText.Refuse(Encoding.UTF8.GetBytes(text));

        Assert.Equal(ContactFileProblem.Empty, refusal.Problem);
        Assert.Contains("Export the address book again", refusal.Message);
    }

    [Theory]
    [InlineData("PK\x03\x04rest", "CSV UTF-8")]
    [InlineData("%PDF-1.7", "PDF")]
    [InlineData("!BDNxx", "Outlook")]
    [InlineData("Name,Email\n\0\0\0", "binary")]
    public void Binary_file_is_refused_with_what_it_is(string content, string hint)
    {
        var refusal = ContactText.Refuse(Encoding.Latin1.GetBytes(content));

        Assert.Equal(ContactFileProblem.Binary, refusal.Problem);
        Assert.Contains(hint, refusal.Message);
    }

    [Theory]
    [InlineData("utf-32", true)]
    [InlineData("utf-32BE", true)]
    [InlineData("utf-32", false)]
    [InlineData("utf-32BE", false)]
    public void Utf_32_is_refused_with_what_to_save_it_as(string encoding, bool hasMark)
    {
        var utf32 = Encoding.GetEncoding(encoding);
        var refusal = ContactText.Refuse([.. hasMark ? utf32.GetPreamble() : [], .. utf32.GetBytes("Name,Email\nAnn,ann@example.com\n")]);

        Assert.Equal(ContactFileProblem.Binary, refusal.Problem);
        Assert.Contains("UTF-32", refusal.Message);
        Assert.Contains("UTF-8", refusal.Message);
    }

    [Theory]
    [InlineData("<!DOCTYPE html><html></html>")]
    [InlineData("{\"name\": 1}")]
    [InlineData("Dear Ann,\nhow are you?")]
    [InlineData("Date,Amount,Currency\n2026-01-01,5,EUR\n")]
    public void Text_that_is_no_address_book_is_refused_with_what_to_do(string text)
    {
        var refusal = ContactText.Refuse(Encoding.UTF8.GetBytes(text));

        Assert.Equal(ContactFileProblem.NoAddressBook, refusal.Problem);
        Assert.Contains("'Name,Email,Phone'", refusal.Message);
    }

    [Fact]
    public void Header_that_never_ends_is_refused()
    {
        var head = Encoding.UTF8.GetBytes("Name," + new string('x', ContactFormats.HeadBytes));

        Assert.Throws<ContactFileException>(() => ContactFormats.Recognise(head, isWhole: false));
    }

    [Fact]
    public void Content_decides_not_the_first_lines_case()
    {
        Assert.Equal("vcard", ContactFormats.Recognise("\r\nbegin:vcard\r\n"u8, isWhole: true).Name);
        Assert.Equal("csv", ContactFormats.Recognise("Name,Email\n"u8, isWhole: true).Name);
    }
}
